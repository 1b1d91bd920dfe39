// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import io.github.swindjl.zoo.image.Picture;

/**
 * A picture and the class of each of its pixels.
 *
 * @param picture the picture
 * @param labels a label for each pixel
 */
public record LabelledPicture(Picture picture, LabelMap labels) {

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
}
