// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import io.github.swindjl.zoo.image.Picture;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * What was drawn for one picture's change of colours, in mmsegmentation's order: brightness is
 * added; contrast, if it comes first, is multiplied; saturation is multiplied and hue added in HSV
 * of eight bits; then contrast if it comes last. Every step computes in single precision, clips to
 * 0…255 and drops the fraction.
 *
 * @param brightness addition, −32 to 32, 0 for none
 * @param contrastFirst whether contrast comes before saturation and hue
 * @param contrast factor, 0.5 to 1.5, 1 for none
 * @param saturation factor, 0.5 to 1.5; NaN for none, since a way to HSV and back loses levels
 * @param hue addition in steps of two degrees, −18 to 17; {@link #NO_HUE} for none
 */
record PhotometricDistortion(
        float brightness, boolean contrastFirst, float contrast, float saturation, int hue) {

    /** The hue stays, without the way to HSV and back. */
    static final int NO_HUE = Integer.MIN_VALUE;

    private static final double BRIGHTNESS = 32;
    private static final double LEAST = 0.5;
    private static final double GREATEST = 1.5;
    private static final int HUE = 18;

    /** Draws; each step happens with probability one half. */
    static PhotometricDistortion draw(SplittableRandom random) {
        float brightness =
                random.nextBoolean() ? (float) random.nextDouble(-BRIGHTNESS, BRIGHTNESS) : 0;
        boolean contrastFirst = random.nextBoolean();
        float contrast = random.nextBoolean() ? (float) random.nextDouble(LEAST, GREATEST) : 1;
        float saturation =
                random.nextBoolean() ? (float) random.nextDouble(LEAST, GREATEST) : Float.NaN;
        int hue = random.nextBoolean() ? random.nextInt(-HUE, HUE) : NO_HUE;
        return new PhotometricDistortion(brightness, contrastFirst, contrast, saturation, hue);
    }

    Picture apply(Picture picture) {
        byte[] rgb = picture.rgb().clone();
        each(rgb, value -> convert(value, 1, brightness));
        if (contrastFirst) {
            each(rgb, value -> convert(value, contrast, 0));
        }
        if (!Float.isNaN(saturation)) {
            int[] table = table(value -> convert(value, saturation, 0));
            inHsv(rgb, hsv -> hsv & 0xFF00FF | table[hsv >> 8 & 0xFF] << 8);
        }
        if (hue != NO_HUE) {
            inHsv(rgb, hsv -> hsv & 0xFFFF | Math.floorMod((hsv >> 16) + hue, Hsv.HUES) << 16);
        }
        if (!contrastFirst) {
            each(rgb, value -> convert(value, contrast, 0));
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }

    private static int convert(int value, float factor, float addition) {
        return (int) Math.max(0, Math.min(255, value * factor + addition));
    }

    private static int[] table(IntUnaryOperator change) {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            table[i] = change.applyAsInt(i);
        }
        return table;
    }

    private static void each(byte[] samples, IntUnaryOperator change) {
        int[] table = table(change);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) table[samples[i] & 0xFF];
        }
    }

    private static void inHsv(byte[] rgb, IntUnaryOperator change) {
        for (int i = 0; i < rgb.length; i += 3) {
            int hsv =
                    change.applyAsInt(Hsv.of(rgb[i] & 0xFF, rgb[i + 1] & 0xFF, rgb[i + 2] & 0xFF));
            int color = Hsv.toRgb(hsv >> 16, hsv >> 8 & 0xFF, hsv & 0xFF);
            rgb[i] = (byte) (color >> 16);
            rgb[i + 1] = (byte) (color >> 8);
            rgb[i + 2] = (byte) color;
        }
    }
}
