// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.FilterChoice;
import io.github.swindjl.data.Notes;
import io.github.swindjl.zoo.image.Interpolation;
import io.github.swindjl.zoo.image.Picture;
import java.util.List;
import java.util.SplittableRandom;

/**
 * TrivialAugment (Müller and Hutter, arXiv 2103.10158) with the wide range of strengths, as
 * torchvision has it: one operation a picture, its strength one of 31, uncovered parts black.
 */
record TrivialAugment(FilterChoice filters) implements Augmentation {

    static final int BINS = 31;

    private static final double LEAST_BITS_STEP = (BINS - 1) / 6.0;

    /** The operations, with their strongest argument. */
    enum Operation {
        IDENTITY("Identity", 0, false),
        SHEAR_X("ShearX", 0.99f, true),
        SHEAR_Y("ShearY", 0.99f, true),
        TRANSLATE_X("TranslateX", 32, true),
        TRANSLATE_Y("TranslateY", 32, true),
        ROTATE("Rotate", 135, true),
        BRIGHTNESS("Brightness", 0.99f, true),
        COLOR("Color", 0.99f, true),
        CONTRAST("Contrast", 0.99f, true),
        SHARPNESS("Sharpness", 0.99f, true),
        POSTERIZE("Posterize", 2, false),
        SOLARIZE("Solarize", 0, false),
        AUTO_CONTRAST("AutoContrast", 0, false),
        EQUALIZE("Equalize", 0, false);

        private final String label;
        private final float strongest;
        private final boolean signed;

        Operation(String label, float strongest, boolean signed) {
            this.label = label;
            this.strongest = strongest;
            this.signed = signed;
        }

        String label() {
            return label;
        }

        /** The argument of a strength from 0 to 30, as torch computes it in float32. */
        double argument(int bin, boolean negative) {
            return switch (this) {
                case IDENTITY, AUTO_CONTRAST, EQUALIZE -> 0;
                case POSTERIZE -> 8 - Math.rint(bin / LEAST_BITS_STEP);
                case SOLARIZE -> between(255, 0, bin);
                default -> (negative ? -1 : 1) * (double) between(0, strongest, bin);
            };
        }

        /** Even steps from both ends towards the middle. */
        private static float between(float from, float to, int bin) {
            float step = (to - from) / (BINS - 1);
            return bin < BINS / 2 ? from + step * bin : to - step * (BINS - 1 - bin);
        }

        Step step(double argument, Interpolation filter) {
            Fill fill = Fill.BLACK;
            float factor = (float) (1 + argument);
            // Positive strengths of torchvision move pictures, those of Warp what is seen of them.
            double angle = Math.toRadians(Math.toDegrees(Math.atan(argument)));
            return switch (this) {
                case IDENTITY -> new Step(label, picture -> picture);
                case SHEAR_X ->
                        new Step(
                                label,
                                argument,
                                p -> Warp.shearX(p, Math.tan(angle), filter, fill));
                case SHEAR_Y ->
                        new Step(
                                label,
                                argument,
                                p ->
                                        Warp.shearY(
                                                p,
                                                Math.sin(angle) / Math.cos(angle),
                                                filter,
                                                fill));
                case TRANSLATE_X ->
                        new Step(
                                label,
                                argument,
                                p -> Warp.translateX(p, -(int) argument, filter, fill));
                case TRANSLATE_Y ->
                        new Step(
                                label,
                                argument,
                                p -> Warp.translateY(p, -(int) argument, filter, fill));
                case ROTATE ->
                        new Step(label, argument, p -> Warp.rotate(p, argument, filter, fill));
                case BRIGHTNESS -> new Step(label, argument, p -> Tables.brightness(p, factor));
                case COLOR -> new Step(label, argument, p -> Blend.saturation(p, factor));
                case CONTRAST -> new Step(label, argument, p -> Tables.contrast(p, factor));
                case SHARPNESS -> new Step(label, argument, p -> Blend.sharpness(p, factor));
                case POSTERIZE ->
                        new Step(label, argument, p -> Tables.posterize(p, (int) argument));
                case SOLARIZE -> new Step(label, argument, p -> Tables.solarize(p, argument));
                case AUTO_CONTRAST -> new Step(label, Tables::autocontrast);
                case EQUALIZE -> new Step(label, Tables::equalize);
            };
        }
    }

    @Override
    public Picture apply(Picture picture, SplittableRandom random) {
        return apply(picture, random, Notes.NONE);
    }

    @Override
    public Picture apply(Picture picture, SplittableRandom random, Notes notes) {
        return Step.applyAll(List.of(draw(random)), picture, notes);
    }

    /** Draws what is done to one picture. */
    Step draw(SplittableRandom random) {
        Operation[] operations = Operation.values();
        Operation operation = operations[random.nextInt(operations.length)];
        int bin = random.nextInt(BINS);
        boolean negative = operation.signed && random.nextBoolean();
        return operation.step(operation.argument(bin, negative), filters.draw(random));
    }
}
