// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

/** Crops at the places where torchvision and timm put them. */
final class Crops {

    private Crops() {}

    /**
     * Cuts out the middle. Where the margins cannot be equal, the offset is rounded half to even.
     *
     * @param picture the input, at least as large as the crop on both sides
     * @param width the crop's width
     * @param height the crop's height
     * @return the part; the input itself if it has that size
     * @throws IllegalArgumentException if the picture is smaller than the crop, or the crop is
     *     empty
     */
    static Picture center(Picture picture, int width, int height) {
        return picture.crop(
                offset(picture.width(), width), offset(picture.height(), height), width, height);
    }

    /** Returns the leading margin of a centred crop; negative if the picture is smaller. */
    static int offset(int size, int crop) {
        return (int) Math.rint((size - crop) / 2.0);
    }
}
