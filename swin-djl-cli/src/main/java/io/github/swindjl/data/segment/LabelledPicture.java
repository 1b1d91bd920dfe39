// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import io.github.swindjl.zoo.ClassPalette;
import io.github.swindjl.zoo.image.Picture;

/**
 * A picture and the class of each of its pixels.
 *
 * @param picture the picture
 * @param labels a label for each pixel
 */
public record LabelledPicture(Picture picture, LabelMap labels) {

    private static final int CHANNELS = 3;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if they differ
     */
    public LabelledPicture {
        if (picture.width() != labels.width() || picture.height() != labels.height()) {
            throw new IllegalArgumentException(
                    "A picture of "
                            + picture.width()
                            + "x"
                            + picture.height()
                            + " pixels with labels for "
                            + labels.width()
                            + "x"
                            + labels.height());
        }
    }

    /**
     * Shows people what is where.
     *
     * @param palette the classes
     * @return the picture, of each pixel half its own colour and half that of its class; pixels
     *     without a class are as they were
     */
    public Picture tinted(ClassPalette palette) {
        byte[] rgb = picture.rgb().clone();
        for (int i = 0; i < labels.labels().length; i++) {
            int label = labels.labels()[i] & 0xFF;
            if (label < palette.size()) {
                int colour = palette.colors().get(label);
                for (int channel = 0; channel < CHANNELS; channel++) {
                    int at = CHANNELS * i + channel;
                    int share = colour >> 8 * (CHANNELS - 1 - channel) & 0xFF;
                    rgb[at] = (byte) ((rgb[at] & 0xFF) + share >> 1);
                }
            }
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }
}
