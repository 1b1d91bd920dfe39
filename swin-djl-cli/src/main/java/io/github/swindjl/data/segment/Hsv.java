// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

/**
 * Hue, saturation and value of eight bits as OpenCV has them: hue from 0 to 179, the others from 0
 * to 255. The way there is in whole numbers and equals OpenCV 4's. The way back is in single
 * precision and follows its vector code, from which 409 of all 11.8 million colours differ by one
 * level; OpenCV's own results differ as much with the width of a picture.
 */
final class Hsv {

    /** Number of hues. */
    static final int HUES = 180;

    private static final int SHIFT = 12;
    private static final int HALF = 1 << SHIFT - 1;
    private static final int[] SATURATION = new int[256];
    private static final int[] HUE = new int[256];

    static {
        for (int i = 1; i < 256; i++) {
            SATURATION[i] = (int) Math.rint((255 << SHIFT) / (double) i);
            HUE[i] = (int) Math.rint((HUES << SHIFT) / (6.0 * i));
        }
    }

    private Hsv() {}

    /** Returns hue, saturation and value, each in a byte of its own, hue highest. */
    static int of(int red, int green, int blue) {
        int value = Math.max(red, Math.max(green, blue));
        int range = value - Math.min(red, Math.min(green, blue));
        int saturation = range * SATURATION[value] + HALF >> SHIFT;
        int sector;
        if (value == red) {
            sector = green - blue;
        } else if (value == green) {
            sector = blue - red + 2 * range;
        } else {
            sector = red - green + 4 * range;
        }
        int hue = sector * HUE[range] + HALF >> SHIFT;
        if (hue < 0) {
            hue += HUES;
        }
        return hue << 16 | saturation << 8 | value;
    }

    /** Returns red, green and blue, each in a byte of its own, red highest. */
    static int toRgb(int hue, int saturation, int value) {
        float s = saturation * (1f / 255f);
        float v = value * (1f / 255f);
        float h = hue * (6f / HUES);
        int sector = (int) h;
        h -= sector;
        float low = v * (1 - s);
        float falling = v * Math.fma(-s, h, 1);
        float rising = v * Math.fma(-s, 1 - h, 1);
        return switch (sector % 6) {
            case 0 -> rgb(v, rising, low);
            case 1 -> rgb(falling, v, low);
            case 2 -> rgb(low, v, rising);
            case 3 -> rgb(low, falling, v);
            case 4 -> rgb(rising, low, v);
            default -> rgb(v, low, falling);
        };
    }

    private static int rgb(float red, float green, float blue) {
        return eightBits(red) << 16 | eightBits(green) << 8 | eightBits(blue);
    }

    /** OpenCV's vector code truncates; in the last pixels of a row, it rounds. */
    private static int eightBits(float share) {
        return Math.max(0, Math.min(255, (int) (share * 255f)));
    }
}
