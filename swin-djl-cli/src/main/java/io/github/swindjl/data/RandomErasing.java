// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Random erasing (Zhong et al., arXiv 1708.04896) with timm's definition: boxes of random area and
 * shape are overwritten after normalisation. A box is strictly smaller than the picture; after ten
 * boxes that do not fit, none is taken.
 *
 * @param probability chance that a picture loses anything, 0 to 1
 * @param minArea least area of all boxes together, as a share of the picture's, above 0
 * @param maxArea greatest area of all boxes together, at most 1
 * @param minAspect least height divided by width of a box, above 0
 * @param maxAspect greatest height divided by width of a box
 * @param mode what the boxes are filled with
 * @param maxBoxes most boxes in a picture; their number is uniform from 1
 */
public record RandomErasing(
        double probability,
        double minArea,
        double maxArea,
        double minAspect,
        double maxAspect,
        Mode mode,
        int maxBoxes) {

    static final int CHANNELS = 3;

    private static final int TRIES = 10;

    /** What an erased box is filled with. */
    public enum Mode {
        /** Zero, the data set's mean colour. */
        CONST,
        /** One colour per box, each channel drawn from the standard normal distribution. */
        RAND,
        /** Noise: each sample drawn from the standard normal distribution. */
        PIXEL
    }

    /** Checks the ranges. {@inheritDoc} */
    public RandomErasing {
        Objects.requireNonNull(mode, "mode");
        check(probability >= 0 && probability <= 1, "probability", probability, "from 0 to 1");
        check(minArea > 0 && minArea <= maxArea, "least area", minArea, "above 0 up to " + maxArea);
        check(maxArea <= 1, "greatest area", maxArea, "of at most 1");
        check(
                minAspect > 0 && minAspect <= maxAspect,
                "least aspect",
                minAspect,
                "above 0 up to " + maxAspect);
        check(maxAspect < Double.POSITIVE_INFINITY, "greatest aspect", maxAspect, "that is finite");
        check(maxBoxes >= 1, "number of boxes", maxBoxes, "of at least 1");
    }

    private static void check(boolean valid, String name, Number value, String expected) {
        if (!valid) {
            throw new IllegalArgumentException(
                    "Random erasing has " + name + " " + value + ", expected a value " + expected);
        }
    }

    /**
     * Draws what is erased of a picture.
     *
     * @param sample place of the picture in its batch
     * @param height the picture's height in pixels
     * @param width the picture's width in pixels
     * @param random where to draw from
     * @return the boxes, in the order in which they are to be overwritten; often none
     */
    public List<Erasure> draw(int sample, int height, int width, SplittableRandom random) {
        if (random.nextDouble() >= probability) {
            return List.of();
        }
        int boxes = 1 + random.nextInt(maxBoxes);
        List<Erasure> erasures = new ArrayList<>(boxes);
        for (int box = 0; box < boxes; box++) {
            Erasure erasure = drawBox(sample, height, width, boxes, random);
            if (erasure != null) {
                erasures.add(erasure);
            }
        }
        return erasures;
    }

    private Erasure drawBox(int sample, int height, int width, int boxes, SplittableRandom random) {
        double logMin = Math.log(minAspect);
        double logMax = Math.log(maxAspect);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            double share = minArea + (maxArea - minArea) * random.nextDouble();
            double area = share * height * width / boxes;
            double aspect = Math.exp(logMin + (logMax - logMin) * random.nextDouble());
            int h = (int) Math.rint(Math.sqrt(area * aspect));
            int w = (int) Math.rint(Math.sqrt(area / aspect));
            if (h > 0 && h < height && w > 0 && w < width) {
                int top = random.nextInt(height - h + 1);
                int left = random.nextInt(width - w + 1);
                return new Erasure(sample, top, left, h, w, fill(h * w, random));
            }
        }
        return null;
    }

    private float[] fill(int pixels, SplittableRandom random) {
        float[] values = new float[mode == Mode.PIXEL ? CHANNELS * pixels : CHANNELS];
        if (mode != Mode.CONST) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
        }
        return values;
    }
}
