// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

/**
 * A part of a picture to be replaced after normalisation.
 *
 * @param sample place of the picture in its batch
 * @param top the part's first row
 * @param left the part's first column
 * @param height the part's rows
 * @param width the part's columns
 * @param values what comes there, in units of the normalised picture: one value for each channel,
 *     or one for each sample in the order (3, height, width); not to be changed
 */
public record Erasure(int sample, int top, int left, int height, int width, float[] values) {

    /**
     * Tells whether every pixel has values of its own.
     *
     * @return whether the values have the shape (3, height, width) and not (3)
     */
    public boolean perPixel() {
        return values.length > RandomErasing.CHANNELS;
    }
}
