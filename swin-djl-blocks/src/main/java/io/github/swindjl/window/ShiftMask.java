// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

/**
 * Which pairs of tokens in a shifted window must not see each other.
 *
 * <p>Values are added to the attention logits: 0 lets a pair through, −100 (not minus infinity, as
 * in the released networks) suppresses it.
 */
public final class ShiftMask {

    /** What is added to the logit of a suppressed pair. */
    public static final float SUPPRESSED = -100f;

    private ShiftMask() {}

    /**
     * Returns the mask for cyclically shifted windows.
     *
     * @param padded a grid that whole windows tile
     * @param plan window and shift
     * @return windows·N·N values, N = tokens of a window; windows row-major over the grid
     * @throws IllegalArgumentException if windows do not tile the grid
     */
    public static float[] cyclic(Grid padded, WindowPlan plan) {
        return mask(
                padded,
                plan,
                (row, column) ->
                        3 * band(row, padded.height(), plan.height(), plan.shiftHeight())
                                + band(column, padded.width(), plan.width(), plan.shiftWidth()));
    }

    /**
     * Returns the mask for shifted windows whose border was padded instead of wrapped: padding is
     * suppressed as a key.
     *
     * @param padded the grid before the border was added; whole windows tile it
     * @param plan window and shift
     * @return windows·N·N values over the grid of {@link #borderedGrid}
     */
    public static float[] bordered(Grid padded, WindowPlan plan) {
        Grid bordered = borderedGrid(padded, plan);
        int top = borderBefore(plan.height(), plan.shiftHeight());
        int left = borderBefore(plan.width(), plan.shiftWidth());
        return mask(
                bordered,
                plan,
                (row, column) ->
                        row >= top
                                        && row < top + padded.height()
                                        && column >= left
                                        && column < left + padded.width()
                                ? 1
                                : 0);
    }

    /**
     * Returns the grid with the border that a padded shift adds.
     *
     * @param padded a grid that whole windows tile
     * @param plan window and shift
     * @return one window more on every shifted axis
     */
    public static Grid borderedGrid(Grid padded, WindowPlan plan) {
        return new Grid(
                padded.height() + (plan.shiftHeight() > 0 ? plan.height() : 0),
                padded.width() + (plan.shiftWidth() > 0 ? plan.width() : 0));
    }

    /**
     * Returns the rows or columns of the border before the first token.
     *
     * @param window the window's side
     * @param shift the shift on that axis
     * @return window − shift, or 0 without shift
     */
    public static int borderBefore(int window, int shift) {
        return shift > 0 ? window - shift : 0;
    }

    /** Names the region of a token; tokens see each other if their regions are the same. */
    private interface Regions {
        int of(int row, int column);
    }

    private static float[] mask(Grid grid, WindowPlan plan, Regions regions) {
        if (grid.height() % plan.height() != 0 || grid.width() % plan.width() != 0) {
            throw new IllegalArgumentException(
                    "Windows of "
                            + plan.height()
                            + "x"
                            + plan.width()
                            + " do not tile a grid of "
                            + grid);
        }
        int tokens = plan.tokens();
        int across = grid.width() / plan.width();
        int windows = grid.height() / plan.height() * across;
        float[] mask = new float[Math.multiplyExact(windows, tokens * tokens)];
        int[] region = new int[tokens];
        int at = 0;
        for (int window = 0; window < windows; window++) {
            int top = window / across * plan.height();
            int left = window % across * plan.width();
            for (int token = 0; token < tokens; token++) {
                region[token] = regions.of(top + token / plan.width(), left + token % plan.width());
            }
            for (int query = 0; query < tokens; query++) {
                for (int key = 0; key < tokens; key++) {
                    mask[at++] = region[query] == region[key] ? 0f : SUPPRESSED;
                }
            }
        }
        return mask;
    }

    /** After rolling, the last window holds two bands that were not adjacent. */
    private static int band(int position, int size, int window, int shift) {
        if (position < size - window) {
            return 0;
        }
        return position < size - shift ? 1 : 2;
    }
}
