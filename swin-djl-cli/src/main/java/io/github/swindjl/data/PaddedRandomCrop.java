// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import java.util.SplittableRandom;

/**
 * Surrounds a picture with black and cuts a square out at a random place: the usual augmentation
 * for pictures of 32 pixels and less.
 *
 * @param side width and height of the result in pixels, at least 1
 * @param padding width of the black border in pixels, at least 0
 */
public record PaddedRandomCrop(int side, int padding) implements Augmentation {

    private static final int CHANNELS = 3;

    /** Checks the ranges. {@inheritDoc} */
    public PaddedRandomCrop {
        if (side < 1 || padding < 0) {
            throw new IllegalArgumentException(
                    "A padded crop has side "
                            + side
                            + " and padding "
                            + padding
                            + ", expected a side of at least 1 and a padding of at least 0");
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the padded picture is smaller than the crop
     */
    @Override
    public Picture apply(Picture picture, SplittableRandom random) {
        return apply(picture, random, Notes.NONE);
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(Picture picture, SplittableRandom random, Notes notes) {
        int roomX = picture.width() + 2 * padding - side;
        int roomY = picture.height() + 2 * padding - side;
        if (roomX < 0 || roomY < 0) {
            throw new IllegalArgumentException(
                    "A picture of "
                            + picture.width()
                            + "x"
                            + picture.height()
                            + " pixels, padded by "
                            + padding
                            + ", has no room for a crop of "
                            + side
                            + "x"
                            + side
                            + "; resize it first or use a smaller crop");
        }
        int top = random.nextInt(roomY + 1) - padding;
        int left = random.nextInt(roomX + 1) - padding;
        notes.add("move %+d %+d", -left, -top);
        byte[] result = new byte[CHANNELS * side * side];
        int from = Math.max(0, left);
        int count = Math.min(picture.width(), left + side) - from;
        int bottom = Math.min(picture.height(), top + side);
        for (int y = Math.max(0, top); y < bottom && count > 0; y++) {
            System.arraycopy(
                    picture.rgb(),
                    CHANNELS * (y * picture.width() + from),
                    result,
                    CHANNELS * ((y - top) * side + from - left),
                    CHANNELS * count);
        }
        return new Picture(side, side, result);
    }
}
