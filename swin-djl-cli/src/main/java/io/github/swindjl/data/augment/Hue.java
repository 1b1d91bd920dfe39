// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.zoo.image.Picture;

/** Turns the colour wheel, through Pillow's HSV with eight bits per component. */
final class Hue {

    private Hue() {}

    /**
     * Turns the hue of every pixel, as torchvision does.
     *
     * @param share share of a full turn, from -0.5 to 0.5; cut to 255ths
     */
    static Picture turn(Picture picture, double share) {
        int steps = (int) (share * 255);
        byte[] rgb = picture.rgb();
        byte[] out = new byte[rgb.length];
        for (int i = 0; i < rgb.length; i += Tables.CHANNELS) {
            turn(rgb, out, i, steps);
        }
        return new Picture(picture.width(), picture.height(), out);
    }

    private static void turn(byte[] rgb, byte[] out, int at, int steps) {
        int red = rgb[at] & 0xFF;
        int green = rgb[at + 1] & 0xFF;
        int blue = rgb[at + 2] & 0xFF;
        int value = Math.max(red, Math.max(green, blue));
        int least = Math.min(red, Math.min(green, blue));
        int saturation = value == least ? 0 : saturation(value, least);
        if (saturation == 0) {
            out[at] = (byte) value;
            out[at + 1] = (byte) value;
            out[at + 2] = (byte) value;
            return;
        }
        int hue = hue(red, green, blue, value, least) + steps & 0xFF;
        // The mix of float32 and float64 is Pillow's; it decides about last digits.
        float sector = (float) Math.floor((float) hue * 6.0 / 255.0);
        float within = (float) ((float) hue * 6.0 / 255.0 - sector);
        float share = (float) ((float) saturation / 255.0);
        byte low = rounded(value * (1.0 - share));
        byte falling = rounded(value * (1.0 - share * within));
        byte rising = rounded(value * (1.0 - share * (1.0 - within)));
        byte high = (byte) value;
        switch ((int) sector % 6) {
            case 0 -> set(out, at, high, rising, low);
            case 1 -> set(out, at, falling, high, low);
            case 2 -> set(out, at, low, high, rising);
            case 3 -> set(out, at, low, falling, high);
            case 4 -> set(out, at, rising, low, high);
            default -> set(out, at, high, low, falling);
        }
    }

    private static int saturation(int value, int least) {
        float share = (float) (value - least) / (float) value;
        return (int) (share * 255.0);
    }

    private static int hue(int red, int green, int blue, int value, int least) {
        float range = value - least;
        float fromRed = (value - red) / range;
        float fromGreen = (value - green) / range;
        float fromBlue = (value - blue) / range;
        float sector;
        if (red == value) {
            sector = fromBlue - fromGreen;
        } else if (green == value) {
            sector = (float) (2.0 + fromRed - fromBlue);
        } else {
            sector = (float) (4.0 + fromGreen - fromRed);
        }
        float share = (float) ((sector / 6.0 + 1.0) % 1.0);
        return (int) (share * 255.0);
    }

    /** Rounds halves up in float32; the values are never negative. */
    private static byte rounded(double value) {
        return (byte) (int) Math.floor(value + 0.5);
    }

    private static void set(byte[] out, int at, byte red, byte green, byte blue) {
        out[at] = red;
        out[at + 1] = green;
        out[at + 2] = blue;
    }
}
