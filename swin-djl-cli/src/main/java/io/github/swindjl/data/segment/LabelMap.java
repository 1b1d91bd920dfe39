// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import io.github.swindjl.zoo.image.CvResize;
import java.util.Arrays;

/**
 * The class of each pixel, rows from top to bottom. The array is handed over, not copied, and
 * nobody writes to it afterwards.
 *
 * @param width pixels per row, at least 1
 * @param height rows, at least 1
 * @param labels {@code width * height} unsigned bytes: a class's index, or {@link #IGNORED}
 */
public record LabelMap(int width, int height, byte[] labels) {

    /** The label of a pixel that belongs to no class; it neither counts nor teaches. */
    public static final int IGNORED = 255;

    /**
     * Checks the number of labels.
     *
     * @throws IllegalArgumentException if it is not the number of pixels
     */
    public LabelMap {
        if (width < 1 || height < 1 || labels.length != (long) width * height) {
            throw new IllegalArgumentException(
                    "A " + width + "x" + height + " map with " + labels.length + " labels");
        }
    }

    /**
     * Returns the label of a pixel.
     *
     * @param x column
     * @param y row
     * @return a class's index, or {@link #IGNORED}
     */
    public int at(int x, int y) {
        return labels[y * width + x] & 0xFF;
    }

    LabelMap crop(int left, int top, int w, int h) {
        byte[] part = new byte[w * h];
        for (int y = 0; y < h; y++) {
            System.arraycopy(labels, (top + y) * width + left, part, y * w, w);
        }
        return new LabelMap(w, h, part);
    }

    LabelMap flipHorizontal() {
        byte[] mirrored = new byte[labels.length];
        for (int row = 0; row < labels.length; row += width) {
            for (int x = 0; x < width; x++) {
                mirrored[row + x] = labels[row + width - 1 - x];
            }
        }
        return new LabelMap(width, height, mirrored);
    }

    LabelMap resize(int newWidth, int newHeight) {
        return new LabelMap(
                newWidth, newHeight, CvResize.nearest(labels, width, height, newWidth, newHeight));
    }

    /**
     * Counts the pixels of each label.
     *
     * @return a count for each of 256 labels, {@link #IGNORED} included
     */
    public long[] histogram() {
        long[] counts = new long[IGNORED + 1];
        for (byte label : labels) {
            counts[label & 0xFF]++;
        }
        return counts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelMap that
                && width == that.width
                && height == that.height
                && Arrays.equals(labels, that.labels);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(labels);
    }

    @Override
    public String toString() {
        return "LabelMap[" + width + "x" + height + "]";
    }
}
