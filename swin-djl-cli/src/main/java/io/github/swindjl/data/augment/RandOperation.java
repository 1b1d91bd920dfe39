// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.data.FilterChoice;
import io.github.swindjl.zoo.image.Interpolation;
import java.util.SplittableRandom;

/**
 * The fifteen operations of timm's RandAugment, and what a magnitude means to each. Most come in
 * two variants: the first papers' and the "increasing" one, which is stronger the larger the
 * magnitude is.
 */
enum RandOperation {
    AUTO_CONTRAST("AutoContrast", 0.25),
    EQUALIZE("Equalize", 0.05),
    INVERT("Invert", 0.05),
    ROTATE("Rotate", 3),
    POSTERIZE("Posterize", 0.05),
    SOLARIZE("Solarize", 0.05),
    SOLARIZE_ADD("SolarizeAdd", 0.05),
    COLOR("Color", 0.25),
    CONTRAST("Contrast", 0.05),
    BRIGHTNESS("Brightness", 0.05),
    SHARPNESS("Sharpness", 0.25),
    SHEAR_X("ShearX", 2),
    SHEAR_Y("ShearY", 2),
    TRANSLATE_X("TranslateX", 1),
    TRANSLATE_Y("TranslateY", 1);

    static final int COUNT = values().length;

    private static final double DEGREES = 30;
    private static final double SHEAR = 0.3;
    private static final double SHIFT = 0.45;
    private static final int BITS = 4;

    private final String label;
    private final double weight;

    RandOperation(String label, double weight) {
        this.label = label;
        this.weight = weight;
    }

    String label() {
        return label;
    }

    /** The chance of being drawn where operations are weighted, up to a common factor. */
    double weight() {
        return weight;
    }

    boolean isGeometric() {
        return switch (this) {
            case ROTATE, SHEAR_X, SHEAR_Y, TRANSLATE_X, TRANSLATE_Y -> true;
            default -> false;
        };
    }

    /** Whether the argument comes with either sign, or on either side of 1. */
    boolean isSigned(boolean increasing) {
        return isGeometric() || increasing && isEnhancement();
    }

    private boolean isEnhancement() {
        return switch (this) {
            case COLOR, CONTRAST, BRIGHTNESS, SHARPNESS -> true;
            default -> false;
        };
    }

    /**
     * Returns the argument that a magnitude stands for; a translation's is the share of the side.
     *
     * @param level the magnitude as a share of 10
     * @param increasing whether stronger magnitudes are to do more
     * @param negative whether the other sign was drawn
     */
    double argument(double level, boolean increasing, boolean negative) {
        double sign = negative ? -1 : 1;
        return switch (this) {
            case AUTO_CONTRAST, EQUALIZE, INVERT -> 0;
            case ROTATE -> sign * (level * DEGREES);
            case SHEAR_X, SHEAR_Y -> sign * (level * SHEAR);
            case TRANSLATE_X, TRANSLATE_Y -> sign * (level * SHIFT);
            case POSTERIZE -> {
                int bits = (int) (level * BITS);
                yield increasing ? BITS - bits : bits;
            }
            case SOLARIZE -> {
                int threshold = Math.min(256, (int) (level * 256));
                yield increasing ? 256 - threshold : threshold;
            }
            case SOLARIZE_ADD -> Math.min(128, (int) (level * 110));
            case COLOR, CONTRAST, BRIGHTNESS, SHARPNESS ->
                    increasing ? Math.max(0.1, 1.0 + sign * (level * 0.9)) : level * 1.8 + 0.1;
        };
    }

    /** Returns the operation with an argument of {@link #argument}. */
    Step step(double argument, Interpolation filter, Fill fill) {
        float factor = (float) argument;
        return switch (this) {
            case AUTO_CONTRAST -> new Step(label, Tables::autocontrast);
            case EQUALIZE -> new Step(label, Tables::equalize);
            case INVERT -> new Step(label, Tables::invert);
            case ROTATE -> new Step(label, argument, p -> Warp.rotate(p, argument, filter, fill));
            case POSTERIZE -> new Step(label, argument, p -> Tables.posterize(p, (int) argument));
            case SOLARIZE -> new Step(label, argument, p -> Tables.solarize(p, argument));
            case SOLARIZE_ADD ->
                    new Step(label, argument, p -> Tables.solarizeAdd(p, (int) argument));
            case COLOR -> new Step(label, argument, p -> Blend.saturation(p, factor));
            case CONTRAST -> new Step(label, argument, p -> Tables.contrast(p, factor));
            case BRIGHTNESS -> new Step(label, argument, p -> Tables.brightness(p, factor));
            case SHARPNESS -> new Step(label, argument, p -> Blend.sharpness(p, factor));
            case SHEAR_X -> new Step(label, argument, p -> Warp.shearX(p, argument, filter, fill));
            case SHEAR_Y -> new Step(label, argument, p -> Warp.shearY(p, argument, filter, fill));
            case TRANSLATE_X ->
                    new Step(
                            label,
                            argument,
                            p -> Warp.translateX(p, argument * p.width(), filter, fill));
            case TRANSLATE_Y ->
                    new Step(
                            label,
                            argument,
                            p -> Warp.translateY(p, argument * p.height(), filter, fill));
        };
    }

    /** Draws the argument of one application, with a filter if it needs one. */
    Step draw(RandPolicy policy, FilterChoice filters, Fill fill, SplittableRandom random) {
        double level = magnitude(policy, random) / 10.0;
        boolean negative = isSigned(policy.increasing()) && random.nextBoolean();
        Interpolation filter = isGeometric() ? filters.draw(random) : null;
        return step(argument(level, policy.increasing(), negative), filter, fill);
    }

    private static double magnitude(RandPolicy policy, SplittableRandom random) {
        double magnitude = policy.magnitude();
        if (Double.isInfinite(policy.deviation())) {
            magnitude *= random.nextDouble();
        } else if (policy.deviation() > 0) {
            magnitude += policy.deviation() * random.nextGaussian();
        }
        return Math.max(0, Math.min(policy.upperBound(), magnitude));
    }
}
