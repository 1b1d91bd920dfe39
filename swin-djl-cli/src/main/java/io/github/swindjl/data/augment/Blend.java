// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.zoo.image.Picture;

/**
 * Operations that mix a picture with a plainer version of itself, as Pillow's {@code ImageEnhance}:
 * factor 0 gives the plainer one, 1 the picture, more than 1 exaggerates. Computed in float32 and
 * cut off, not rounded.
 */
final class Blend {

    private static final int CHANNELS = Tables.CHANNELS;
    private static final int MAX = Tables.LEVELS - 1;

    private Blend() {}

    static int of(int plain, int value, float factor) {
        return cut(plain + factor * (value - plain));
    }

    private static int cut(float value) {
        return Math.max(0, Math.min(MAX, (int) value));
    }

    /** Mixes with the grey picture. */
    static Picture saturation(Picture picture, float factor) {
        byte[] rgb = picture.rgb();
        byte[] out = new byte[rgb.length];
        float[] scaled = scaled(factor);
        for (int i = 0; i < rgb.length; i += CHANNELS) {
            int red = rgb[i] & 0xFF;
            int green = rgb[i + 1] & 0xFF;
            int blue = rgb[i + 2] & 0xFF;
            int grey = Luma.of(red, green, blue);
            int zero = MAX - grey;
            out[i] = (byte) cut(grey + scaled[zero + red]);
            out[i + 1] = (byte) cut(grey + scaled[zero + green]);
            out[i + 2] = (byte) cut(grey + scaled[zero + blue]);
        }
        return new Picture(picture.width(), picture.height(), out);
    }

    /**
     * Mixes with the picture smoothed by a 3x3 kernel of ones with a five in the middle. The outer
     * pixels stay as they are.
     */
    static Picture sharpness(Picture picture, float factor) {
        int stride = CHANNELS * picture.width();
        int height = picture.height();
        byte[] rgb = picture.rgb();
        byte[] out = rgb.clone();
        if (picture.width() < 3 || height < 3) {
            return new Picture(picture.width(), height, out);
        }
        float[] scaled = scaled(factor);
        int[] columns = new int[stride];
        for (int y = 1; y < height - 1; y++) {
            int row = y * stride;
            sumColumns(rgb, row, stride, columns);
            for (int x = CHANNELS; x < stride - CHANNELS; x++) {
                int value = rgb[row + x] & 0xFF;
                int sum = columns[x - CHANNELS] + columns[x] + columns[x + CHANNELS] + 4 * value;
                // A multiple of 1/13 never lies half-way, so whole numbers round as floats would.
                int smooth = (2 * sum + 13) / 26;
                out[row + x] = (byte) cut(smooth + scaled[MAX - smooth + value]);
            }
        }
        return new Picture(picture.width(), height, out);
    }

    /** Adds each sample to those above and below it. */
    private static void sumColumns(byte[] rgb, int row, int stride, int[] sums) {
        for (int x = 0; x < stride; x++) {
            sums[x] =
                    (rgb[row - stride + x] & 0xFF)
                            + (rgb[row + x] & 0xFF)
                            + (rgb[row + stride + x] & 0xFF);
        }
    }

    /** The factor times every difference of two samples, that of -255 first. */
    private static float[] scaled(float factor) {
        float[] table = new float[2 * MAX + 1];
        for (int i = 0; i < table.length; i++) {
            table[i] = factor * (i - MAX);
        }
        return table;
    }
}
