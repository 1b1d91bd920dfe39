// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.data.MixPlan.Box;
import io.github.swindjl.data.MixPlan.Mix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Mixup (Zhang et al., arXiv 1710.09412) and CutMix (Yun et al., arXiv 1905.04899) of a batch with
 * its own reverse, with timm's definition.
 *
 * @param mixupAlpha both parameters of the beta distribution of Mixup's lambda; 0 for no Mixup
 * @param cutmixAlpha the same of CutMix; 0 for no CutMix
 * @param cutmixSides least and greatest side of CutMix's boxes as shares of the picture's, drawn
 *     uniformly for height and width instead of through lambda; empty for boxes by lambda
 * @param probability chance that anything is mixed, 0 to 1
 * @param switching chance of CutMix where both are on, 0 to 1
 * @param mode what is drawn once
 */
public record Mixup(
        double mixupAlpha,
        double cutmixAlpha,
        List<Double> cutmixSides,
        double probability,
        double switching,
        Mode mode) {

    /** What is drawn once. */
    public enum Mode {
        /** One mix for the whole batch. */
        BATCH,
        /** One mix for each pair of partners. */
        PAIR,
        /** One mix for each picture. */
        ELEM
    }

    /** Checks the ranges. {@inheritDoc} */
    public Mixup {
        Objects.requireNonNull(mode, "mode");
        cutmixSides = List.copyOf(cutmixSides);
        check(finite(mixupAlpha), "Mixup's alpha", mixupAlpha, "a finite value of 0 or more");
        check(finite(cutmixAlpha), "CutMix's alpha", cutmixAlpha, "a finite value of 0 or more");
        check(
                mixupAlpha > 0 || cutmixAlpha > 0,
                "both alphas",
                0,
                "one of them above 0: otherwise nothing is mixed");
        check(share(probability), "a probability of", probability, "a value from 0 to 1");
        check(share(switching), "a chance to switch of", switching, "a value from 0 to 1");
        check(
                cutmixSides.isEmpty() || cutmixAlpha > 0 && sides(cutmixSides),
                "CutMix's sides",
                cutmixSides,
                "two values from 0 to 1, the smaller one first, and a CutMix alpha above 0");
    }

    private static boolean finite(double alpha) {
        return alpha >= 0 && alpha < Double.POSITIVE_INFINITY;
    }

    private static boolean share(double value) {
        return value >= 0 && value <= 1;
    }

    private static boolean sides(List<Double> sides) {
        return sides.size() == 2
                && sides.get(0) >= 0
                && sides.get(0) < sides.get(1)
                && sides.get(1) <= 1;
    }

    private static void check(boolean valid, String name, Object value, String expected) {
        if (!valid) {
            throw new IllegalArgumentException(
                    "Mixing has " + name + " " + value + ", expected " + expected);
        }
    }

    /**
     * Draws how a batch is mixed.
     *
     * @param size number of pictures; even, so that nobody is its own partner
     * @param height the pictures' height in pixels
     * @param width the pictures' width in pixels
     * @param seed decides everything drawn; should differ between batches
     * @return the plan
     * @throws IllegalArgumentException if the size is odd
     */
    public MixPlan draw(int size, int height, int width, long seed) {
        if (size % 2 != 0) {
            throw new IllegalArgumentException(
                    "A batch of "
                            + size
                            + " pictures cannot be mixed, expected an even number: set an even"
                            + " batch size");
        }
        SplittableRandom random = Seeds.random(seed);
        return new MixPlan(
                switch (mode) {
                    case BATCH -> Collections.nCopies(size, drawOne(height, width, random));
                    case PAIR -> {
                        List<Mix> half = drawMany(size / 2, height, width, random);
                        List<Mix> all = new ArrayList<>(half);
                        Collections.reverse(half);
                        all.addAll(half);
                        yield all;
                    }
                    case ELEM -> drawMany(size, height, width, random);
                });
    }

    private List<Mix> drawMany(int count, int height, int width, SplittableRandom random) {
        List<Mix> mixes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            mixes.add(drawOne(height, width, random));
        }
        return mixes;
    }

    private Mix drawOne(int height, int width, SplittableRandom random) {
        if (random.nextDouble() >= probability) {
            return Mix.NONE;
        }
        boolean cut = mixupAlpha == 0 || cutmixAlpha > 0 && random.nextDouble() < switching;
        if (!cut) {
            return new Mix(beta(mixupAlpha, random), Optional.empty());
        }
        Box box =
                cutmixSides.isEmpty()
                        ? box(height, width, beta(cutmixAlpha, random), random)
                        : boxOfSides(height, width, random);
        // What counts is the area that was left after clipping, not what was drawn.
        double lambda = 1 - box.area() / ((double) height * width);
        return new Mix(lambda, Optional.of(box));
    }

    private static Box box(int height, int width, double lambda, SplittableRandom random) {
        return box(height, width, lambda, random.nextInt(height), random.nextInt(width));
    }

    /** The box around a centre that covers {@code 1 - lambda} of a picture before clipping. */
    static Box box(int height, int width, double lambda, int centreY, int centreX) {
        double share = Math.sqrt(1 - lambda);
        int h = (int) (height * share);
        int w = (int) (width * share);
        return new Box(
                Math.max(0, centreY - h / 2),
                Math.min(height, centreY + (h + 1) / 2),
                Math.max(0, centreX - w / 2),
                Math.min(width, centreX + (w + 1) / 2));
    }

    private Box boxOfSides(int height, int width, SplittableRandom random) {
        int h = side(height, random);
        int w = side(width, random);
        int top = random.nextInt(height - h + 1);
        int left = random.nextInt(width - w + 1);
        return new Box(top, top + h, left, left + w);
    }

    /** At least one pixel is left to choose from, however small the picture. */
    private int side(int length, SplittableRandom random) {
        int least = (int) (length * cutmixSides.get(0));
        int most = (int) (length * cutmixSides.get(1));
        return least + random.nextInt(Math.max(1, most - least));
    }

    private static double beta(double alpha, SplittableRandom random) {
        double one = logGamma(alpha, random);
        double other = logGamma(alpha, random);
        return 1 / (1 + Math.exp(other - one));
    }

    /**
     * The logarithm of a draw from the gamma distribution of scale 1: Marsaglia and Tsang, "A
     * simple method for generating gamma variables" (2000). Logarithms, because for small shapes
     * the draws themselves are too small for a double.
     */
    private static double logGamma(double shape, SplittableRandom random) {
        if (shape < 1) {
            return logGamma(shape + 1, random) + Math.log(1 - random.nextDouble()) / shape;
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double root = 1 + c * x;
            if (root > 0) {
                double v = root * root * root;
                double bound = 0.5 * x * x + d - d * v + d * Math.log(v);
                if (Math.log(1 - random.nextDouble()) < bound) {
                    return Math.log(d * v);
                }
            }
        }
    }
}
