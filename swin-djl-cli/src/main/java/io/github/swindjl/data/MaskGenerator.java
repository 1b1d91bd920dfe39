// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import java.util.SplittableRandom;

/**
 * Hides random cells of a square picture, as SimMIM's pre-training does (arXiv 2111.09886): a fixed
 * number of them, all equally likely. Immutable, thread-safe.
 *
 * @param side of the picture, pixels
 * @param cell side of what is hidden or shown as a whole, pixels; divides the picture's
 * @param patch side of the network's patches, pixels; divides the cell's
 * @param ratio share of the cells to hide, above 0 and at most 1; rounded up to whole cells
 */
public record MaskGenerator(int side, int cell, int patch, double ratio) {

    private static final int CHANNELS = 3;
    private static final byte GREY = (byte) 0x80;

    /** Checks the ranges. {@inheritDoc} */
    public MaskGenerator {
        if (patch < 1 || cell < patch || cell % patch != 0 || side < cell || side % cell != 0) {
            throw new IllegalArgumentException(
                    "A mask of cells of "
                            + cell
                            + " pixels needs a picture whose side they divide and patches that"
                            + " divide them, found pictures of "
                            + side
                            + " and patches of "
                            + patch
                            + " pixels");
        }
        if (!(ratio > 0 && ratio <= 1)) {
            throw new IllegalArgumentException(
                    "The share of a picture to hide must be above 0 and at most 1, found " + ratio);
        }
    }

    /**
     * Returns the number of patches along a side.
     *
     * @return rows and columns of a mask
     */
    public int patches() {
        return side / patch;
    }

    /**
     * Returns the number of cells that every mask hides.
     *
     * @return the number, at least 1
     */
    public int hiddenCells() {
        int cells = side / cell;
        return (int) Math.ceil(cells * cells * ratio);
    }

    /**
     * Draws a mask.
     *
     * @param seed of a place in the run, such as an epoch
     * @param index of the picture; the same arguments give the same mask
     * @return a value for each patch, row by row: 1 where it is hidden, 0 elsewhere
     */
    public float[] draw(long seed, int index) {
        int cells = side / cell;
        boolean[] hidden = hidden(cells * cells, Seeds.random(seed, index));
        int patches = patches();
        int perCell = cell / patch;
        float[] mask = new float[patches * patches];
        for (int i = 0; i < mask.length; i++) {
            int row = i / patches / perCell;
            int column = i % patches / perCell;
            mask[i] = hidden[row * cells + column] ? 1 : 0;
        }
        return mask;
    }

    /**
     * Shows people what a mask hides.
     *
     * @param picture a square picture of {@link #side}
     * @param mask as {@link #draw} returns it
     * @return the picture, hidden patches grey
     */
    public Picture hide(Picture picture, float... mask) {
        byte[] rgb = picture.rgb().clone();
        for (int i = 0; i < rgb.length; i++) {
            if (isHidden(i, mask)) {
                rgb[i] = GREY;
            }
        }
        return new Picture(side, side, rgb);
    }

    /**
     * Tells whether a mask hides a value of a picture.
     *
     * @param value its place among the picture's bytes, rows from top to bottom, red first
     * @param mask as {@link #draw} returns it
     * @return whether its patch is hidden
     */
    public boolean isHidden(int value, float... mask) {
        int pixel = value / CHANNELS;
        return mask[pixel / side / patch * patches() + pixel % side / patch] > 0;
    }

    /** Chooses by the beginning of a random permutation. */
    private boolean[] hidden(int cells, SplittableRandom random) {
        int[] order = EpochOrder.sequential(cells);
        boolean[] hidden = new boolean[cells];
        for (int i = 0; i < hiddenCells(); i++) {
            int other = i + random.nextInt(cells - i);
            int chosen = order[other];
            order[other] = order[i];
            hidden[chosen] = true;
        }
        return hidden;
    }
}
