// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

/**
 * The window and the shift of one block.
 *
 * @param height rows of the window, at least 1
 * @param width columns of the window, at least 1
 * @param shiftHeight rows the windows are shifted by, from 0 to below {@code height}
 * @param shiftWidth columns the windows are shifted by, from 0 to below {@code width}; any value
 *     out of its range is an {@link IllegalArgumentException}
 */
public record WindowPlan(int height, int width, int shiftHeight, int shiftWidth) {

    public WindowPlan {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "A window needs sides of at least 1, found " + height + "x" + width);
        }
        if (shiftHeight < 0 || shiftHeight >= height || shiftWidth < 0 || shiftWidth >= width) {
            throw new IllegalArgumentException(
                    "A shift must lie in [0, window), found shift "
                            + shiftHeight
                            + "x"
                            + shiftWidth
                            + " of window "
                            + height
                            + "x"
                            + width);
        }
    }

    /**
     * Settles window and shift of a block when the network is built.
     *
     * @param grid the block's token grid at the size the network is built for
     * @param window the configured window side
     * @param shifted true for every second block, whose shift is half the window, rounded down
     * @param shrink what happens to a window that is not smaller than the grid
     * @return the plan
     */
    public static WindowPlan of(Grid grid, int window, boolean shifted, WindowShrink shrink) {
        int shift = shifted ? window / 2 : 0;
        return switch (shrink) {
            case BOTH_AXES -> {
                int shorter = Math.min(grid.height(), grid.width());
                yield shorter <= window
                        ? new WindowPlan(shorter, shorter, 0, 0)
                        : new WindowPlan(window, window, shift, shift);
            }
            case PER_AXIS -> {
                boolean rows = grid.height() <= window;
                boolean columns = grid.width() <= window;
                yield new WindowPlan(
                        rows ? grid.height() : window,
                        columns ? grid.width() : window,
                        rows ? 0 : shift,
                        columns ? 0 : shift);
            }
            case NEVER -> new WindowPlan(window, window, shift, shift);
        };
    }

    /**
     * Returns the plan for an input that may differ from the size the network was built for.
     *
     * @param grid the block's token grid for this input
     * @param cancel when the shift is left out
     * @return this plan, or one without shift on the axes that one window covers
     */
    public WindowPlan on(Grid grid, ShiftCancel cancel) {
        if (cancel == ShiftCancel.NEVER) {
            return this;
        }
        Grid padded = padded(grid);
        return new WindowPlan(
                height,
                width,
                height >= padded.height() ? 0 : shiftHeight,
                width >= padded.width() ? 0 : shiftWidth);
    }

    /**
     * Tells whether the windows are moved on any axis.
     *
     * @return true if a shift is above 0
     */
    public boolean isShifted() {
        return shiftHeight > 0 || shiftWidth > 0;
    }

    /**
     * Returns the grid that whole windows tile.
     *
     * @param grid the token grid
     * @return the grid, padded at the bottom and right
     */
    public Grid padded(Grid grid) {
        return grid.paddedTo(height, width);
    }

    /**
     * Returns the number of tokens in a window.
     *
     * @return height times width
     */
    public int tokens() {
        return height * width;
    }
}
