// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * A picture of eight bits per channel: red, green, blue interleaved, rows from top to bottom.
 *
 * <p>Immutable by convention: the array is neither copied when the record is made nor when it is
 * handed out, so whoever makes a picture gives the array away, and nobody writes to {@link #rgb()}.
 * Under that convention a picture may be shared between threads.
 *
 * @param width pixels per row, at least 1
 * @param height rows, at least 1
 * @param rgb {@code 3 * width * height} bytes, to be read as unsigned
 */
public record Picture(int width, int height, byte[] rgb) {

    /** Bytes for each pixel: red, green and blue. */
    public static final int CHANNELS = 3;

    /**
     * Checks that the array holds exactly the pixels that the size asks for.
     *
     * @param width pixels per row
     * @param height rows
     * @param rgb the pixels; taken over, not copied
     * @throws IllegalArgumentException if a side is below 1 or the array has another length
     */
    public Picture {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "A picture needs a width and a height of at least 1, got "
                            + width
                            + "x"
                            + height);
        }
        long expected = (long) CHANNELS * width * height;
        if (rgb.length != expected) {
            throw new IllegalArgumentException(
                    "A "
                            + width
                            + "x"
                            + height
                            + " picture needs "
                            + expected
                            + " bytes (3 per pixel), got "
                            + rgb.length);
        }
    }

    /**
     * Takes the stored samples of an image of the JDK: alpha is dropped, grey becomes three equal
     * channels, 16-bit samples give their high byte, and no colour space is converted.
     *
     * @param image an image whose colours are red, green and blue, grey, or of a palette; alpha
     *     must not be multiplied into them
     * @return the picture; it may share the image's array
     * @throws IllegalArgumentException if alpha is multiplied into the colours
     */
    public static Picture of(BufferedImage image) {
        if (image.isAlphaPremultiplied()) {
            throw new IllegalArgumentException(
                    "Alpha is multiplied into the image's colours, which cannot be undone exactly");
        }
        return RasterDecoder.toPicture(image, false);
    }

    /**
     * Mirrors the picture left to right.
     *
     * @return a new picture of the same size
     */
    public Picture flipHorizontal() {
        byte[] out = new byte[rgb.length];
        int stride = CHANNELS * width;
        for (int row = 0; row < rgb.length; row += stride) {
            int to = row + stride - CHANNELS;
            for (int from = row; from < row + stride; from += CHANNELS, to -= CHANNELS) {
                out[to] = rgb[from];
                out[to + 1] = rgb[from + 1];
                out[to + 2] = rgb[from + 2];
            }
        }
        return new Picture(width, height, out);
    }

    /**
     * Cuts out a rectangle that lies wholly inside the picture.
     *
     * @param x the rectangle's leftmost column
     * @param y the rectangle's top row
     * @param w the rectangle's width, at least 1
     * @param h the rectangle's height, at least 1
     * @return the part; this picture itself if the rectangle is the whole of it
     * @throws IllegalArgumentException if the rectangle is empty or reaches outside
     */
    public Picture crop(int x, int y, int w, int h) {
        if (x < 0 || y < 0 || w < 1 || h < 1 || w > width - x || h > height - y) {
            throw new IllegalArgumentException(
                    String.format(
                            "Cannot crop %dx%d at (%d, %d) from a %dx%d picture:"
                                    + " the rectangle must lie inside",
                            w, h, x, y, width, height));
        }
        if (w == width && h == height) {
            return this;
        }
        byte[] out = new byte[CHANNELS * w * h];
        for (int row = 0; row < h; row++) {
            int from = CHANNELS * ((y + row) * width + x);
            System.arraycopy(rgb, from, out, CHANNELS * row * w, CHANNELS * w);
        }
        return new Picture(w, h, out);
    }

    /**
     * Compares size and pixels.
     *
     * @param other what to compare with
     * @return whether the other object is a picture of the same size with the same pixels
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof Picture that
                && width == that.width
                && height == that.height
                && Arrays.equals(rgb, that.rgb);
    }

    /**
     * Hashes size and pixels; reads every pixel.
     *
     * @return the hash
     */
    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(rgb);
    }

    /**
     * Names the size, not the pixels.
     *
     * @return for example {@code Picture[500x375]}
     */
    @Override
    public String toString() {
        return "Picture[" + width + "x" + height + "]";
    }
}
