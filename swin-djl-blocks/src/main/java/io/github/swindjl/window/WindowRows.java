// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

/**
 * Where the rows of windows come from and go to, when attention gathers them by index: the same
 * padding, shift and partition as rolling and cutting the map.
 *
 * <p>A row is what one head reads or writes of one token. A map's rows before attention are ordered
 * (token, query/key/value, head), tokens row-major over the grid; windows' rows are ordered
 * (window, head, token), windows row-major over their grid. Immutable, thread-safe.
 */
public final class WindowRows {

    private static final int PADDING = -1;
    private static final int PARTS = 3;

    private final int tokens;
    private final int windowTokens;
    private final boolean padded;

    /** For every token of every window, its position in the map. */
    private final int[] sources;

    /**
     * Creates the order for a map.
     *
     * @param grid the tokens of the map
     * @param plan window and shift
     * @param mode how the shift treats the border
     */
    public WindowRows(Grid grid, WindowPlan plan, ShiftMode mode) {
        tokens = grid.tokens();
        windowTokens = plan.tokens();
        Grid padded = plan.padded(grid);
        boolean bordered = mode == ShiftMode.PADDED;
        Grid cut = bordered ? ShiftMask.borderedGrid(padded, plan) : padded;
        int[] rows = axis(grid.height(), cut.height(), plan.height(), plan.shiftHeight(), bordered);
        int[] columns = axis(grid.width(), cut.width(), plan.width(), plan.shiftWidth(), bordered);
        int across = cut.width() / plan.width();
        sources = new int[cut.tokens()];
        for (int at = 0; at < sources.length; at++) {
            int window = at / windowTokens;
            int token = at % windowTokens;
            int row = rows[window / across * plan.height() + token / plan.width()];
            int column = columns[window % across * plan.width() + token % plan.width()];
            boolean outside = row == PADDING || column == PADDING;
            sources[at] = outside ? PADDING : row * grid.width() + column;
        }
        this.padded = isPadded(grid, plan, mode);
    }

    /** Returns the position in the map for every position of the shifted axis. */
    private static int[] axis(int size, int cut, int window, int shift, boolean bordered) {
        int[] positions = new int[cut];
        int before = bordered ? ShiftMask.borderBefore(window, shift) : 0;
        for (int at = 0; at < cut; at++) {
            int position = bordered ? at - before : (at + shift) % cut;
            positions[at] = position >= 0 && position < size ? position : PADDING;
        }
        return positions;
    }

    /**
     * Tells whether windows reach beyond a map.
     *
     * @param grid the tokens of the map
     * @param plan window and shift
     * @param mode how the shift treats the border
     * @return true if {@link #split} expects the rows of one token of padding before the map's
     */
    public static boolean isPadded(Grid grid, WindowPlan plan, ShiftMode mode) {
        return !plan.padded(grid).equals(grid) || (mode == ShiftMode.PADDED && plan.isShifted());
    }

    /**
     * Returns which rows of a map make up its windows.
     *
     * @param heads of the attention
     * @return 3 · windows · heads · tokens of a window indices: queries, keys, values
     */
    public int[] split(int heads) {
        int[] split = new int[PARTS * heads * sources.length];
        int first = padded ? 1 : 0;
        int at = 0;
        for (int part = 0; part < PARTS; part++) {
            for (int window = 0; window < sources.length; window += windowTokens) {
                for (int head = 0; head < heads; head++) {
                    for (int token = 0; token < windowTokens; token++) {
                        int source = sources[window + token];
                        int row = source == PADDING ? 0 : source + first;
                        split[at++] = (row * PARTS + part) * heads + head;
                    }
                }
            }
        }
        return split;
    }

    /**
     * Returns where a map's rows lie among the windows'.
     *
     * @param heads of the attention
     * @return tokens of the map · heads indices
     */
    public int[] join(int heads) {
        int[] join = new int[tokens * heads];
        for (int at = 0; at < sources.length; at++) {
            int window = at / windowTokens;
            int token = at % windowTokens;
            for (int head = 0; head < heads && sources[at] != PADDING; head++) {
                join[sources[at] * heads + head] = (window * heads + head) * windowTokens + token;
            }
        }
        return join;
    }
}
