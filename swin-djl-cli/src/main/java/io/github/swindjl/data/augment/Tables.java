// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.zoo.image.Picture;

/** Operations that map each sample by a table, with Pillow's rounding. */
final class Tables {

    static final int LEVELS = 256;
    static final int CHANNELS = 3;

    private static final int MAX = LEVELS - 1;

    /** What a table does to one sample. */
    private interface Level {
        int of(int value);
    }

    private Tables() {}

    static Picture invert(Picture picture) {
        return map(picture, value -> MAX - value);
    }

    /** Keeps the highest bits of each sample; of no bits nothing is left, of eight or more all. */
    static Picture posterize(Picture picture, int bits) {
        int mask = ~(MAX >> Math.max(0, Math.min(Byte.SIZE, bits)));
        return map(picture, value -> value & mask);
    }

    /** Inverts the samples that are not below a threshold. */
    static Picture solarize(Picture picture, double threshold) {
        return map(picture, value -> value < threshold ? value : MAX - value);
    }

    /** Brightens the darker half of the samples. */
    static Picture solarizeAdd(Picture picture, int add) {
        return map(picture, value -> value < LEVELS / 2 ? Math.min(MAX, value + add) : value);
    }

    static Picture brightness(Picture picture, float factor) {
        return map(picture, value -> Blend.of(0, value, factor));
    }

    /** Moves the samples away from the picture's mean grey, or towards it. */
    static Picture contrast(Picture picture, float factor) {
        int mean = Luma.mean(picture);
        return map(picture, value -> Blend.of(mean, value, factor));
    }

    /** Stretches each channel to the full range. */
    static Picture autocontrast(Picture picture) {
        int[][] histograms = histograms(picture);
        byte[][] tables = new byte[CHANNELS][];
        for (int c = 0; c < CHANNELS; c++) {
            tables[c] = stretch(histograms[c]);
        }
        return map(picture, tables);
    }

    private static byte[] stretch(int[] histogram) {
        int low = 0;
        while (histogram[low] == 0) {
            low++;
        }
        int high = MAX;
        while (histogram[high] == 0) {
            high--;
        }
        if (high == low) {
            return table(value -> value);
        }
        double scale = 255.0 / (high - low);
        double offset = -low * scale;
        return table(value -> (int) (value * scale + offset));
    }

    /** Spreads the samples of each channel evenly over the range. */
    static Picture equalize(Picture picture) {
        int[][] histograms = histograms(picture);
        byte[][] tables = new byte[CHANNELS][];
        for (int c = 0; c < CHANNELS; c++) {
            tables[c] = spread(histograms[c], picture.width() * picture.height());
        }
        return map(picture, tables);
    }

    private static byte[] spread(int[] histogram, int pixels) {
        int last = MAX;
        while (histogram[last] == 0) {
            last--;
        }
        int step = (pixels - histogram[last]) / MAX;
        if (step == 0) {
            return table(value -> value);
        }
        byte[] table = new byte[LEVELS];
        int below = step / 2;
        for (int value = 0; value < LEVELS; value++) {
            table[value] = (byte) Math.min(MAX, below / step);
            below += histogram[value];
        }
        return table;
    }

    private static int[][] histograms(Picture picture) {
        int[] red = new int[LEVELS];
        int[] green = new int[LEVELS];
        int[] blue = new int[LEVELS];
        byte[] rgb = picture.rgb();
        for (int i = 0; i < rgb.length; i += CHANNELS) {
            red[rgb[i] & 0xFF]++;
            green[rgb[i + 1] & 0xFF]++;
            blue[rgb[i + 2] & 0xFF]++;
        }
        return new int[][] {red, green, blue};
    }

    private static byte[] table(Level level) {
        byte[] table = new byte[LEVELS];
        for (int value = 0; value < LEVELS; value++) {
            table[value] = (byte) Math.max(0, Math.min(MAX, level.of(value)));
        }
        return table;
    }

    private static Picture map(Picture picture, Level level) {
        byte[] table = table(level);
        return map(picture, new byte[][] {table, table, table});
    }

    private static Picture map(Picture picture, byte[][] tables) {
        byte[] red = tables[0];
        byte[] green = tables[1];
        byte[] blue = tables[2];
        byte[] rgb = picture.rgb();
        byte[] out = new byte[rgb.length];
        for (int i = 0; i < rgb.length; i += CHANNELS) {
            out[i] = red[rgb[i] & 0xFF];
            out[i + 1] = green[rgb[i + 1] & 0xFF];
            out[i + 2] = blue[rgb[i + 2] & 0xFF];
        }
        return new Picture(picture.width(), picture.height(), out);
    }
}
