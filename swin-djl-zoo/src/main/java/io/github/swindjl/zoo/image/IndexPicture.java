// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

/**
 * One number for each pixel, as a mask file stores it, rows from top to bottom.
 *
 * <p>Immutable by convention, as {@link Picture} is: the array is handed over, not copied.
 *
 * @param width pixels per row, at least 1
 * @param height rows, at least 1
 * @param bits bits that the file spends on a number: 1, 2, 4, 8 or 16
 * @param values {@code width * height} numbers, to be read as unsigned
 */
public record IndexPicture(int width, int height, int bits, char[] values) {

    /**
     * Checks that the array holds exactly the pixels that the size asks for.
     *
     * @throws IllegalArgumentException if it does not
     */
    public IndexPicture {
        if (width < 1 || height < 1 || values.length != (long) width * height) {
            throw new IllegalArgumentException(
                    "A " + width + "x" + height + " mask with " + values.length + " values");
        }
    }

    /**
     * Names the size, not the pixels.
     *
     * @return for example {@code IndexPicture[500x375, 8 bits]}
     */
    @Override
    public String toString() {
        return "IndexPicture[" + width + "x" + height + ", " + bits + " bits]";
    }
}
