// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.Notes;
import io.github.swindjl.zoo.image.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes brightness, contrast, saturation and hue at random and in random order, as torchvision
 * does. The first three are factors from {@code max(0, 1 - x)} to {@code 1 + x}, the hue turns by
 * at most {@code x} of a full turn either way; all are uniform.
 *
 * @param brightness 0 for none
 * @param contrast 0 for none
 * @param saturation 0 for none
 * @param hue 0 for none, at most 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
        implements Augmentation {

    private static final double HALF_A_TURN = 0.5;

    /** Checks the ranges. {@inheritDoc} */
    public ColorJitter {
        check("brightness", brightness, Double.MAX_VALUE);
        check("contrast", contrast, Double.MAX_VALUE);
        check("saturation", saturation, Double.MAX_VALUE);
        check("hue", hue, HALF_A_TURN);
    }

    private static void check(String name, double value, double most) {
        if (!(value >= 0 && value <= most)) {
            String range = most == HALF_A_TURN ? "from 0 to 0.5" : "of 0 or more";
            throw new IllegalArgumentException(
                    "A colour jitter has " + name + " " + value + ", expected a value " + range);
        }
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(Picture picture, SplittableRandom random) {
        return apply(picture, random, Notes.NONE);
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(Picture picture, SplittableRandom random, Notes notes) {
        return Step.applyAll(draw(random), picture, notes);
    }

    /** Draws what is done to one picture. */
    List<Step> draw(SplittableRandom random) {
        List<Step> steps = new ArrayList<>();
        if (brightness > 0) {
            float factor = factor(brightness, random);
            steps.add(new Step("brightness", factor, p -> Tables.brightness(p, factor)));
        }
        if (contrast > 0) {
            float factor = factor(contrast, random);
            steps.add(new Step("contrast", factor, p -> Tables.contrast(p, factor)));
        }
        if (saturation > 0) {
            float factor = factor(saturation, random);
            steps.add(new Step("saturation", factor, p -> Blend.saturation(p, factor)));
        }
        if (hue > 0) {
            float share = (float) (hue * (2 * random.nextDouble() - 1));
            steps.add(new Step("hue", share, p -> Hue.turn(p, share)));
        }
        for (int last = steps.size() - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            steps.set(last, steps.set(other, steps.get(last)));
        }
        return steps;
    }

    private static float factor(double spread, SplittableRandom random) {
        double least = Math.max(0, 1 - spread);
        return (float) (least + (1 + spread - least) * random.nextDouble());
    }
}
