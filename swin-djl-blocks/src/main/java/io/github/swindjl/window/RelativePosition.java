// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

/** Which entry of the position-bias table belongs to a pair of tokens (arXiv 2103.14030, eq. 4). */
public final class RelativePosition {

    private RelativePosition() {}

    /**
     * Returns the number of distinct relative positions.
     *
     * @param height rows of the window
     * @param width columns of the window
     * @return (2·height − 1)·(2·width − 1)
     */
    public static int count(int height, int width) {
        return (2 * height - 1) * (2 * width - 1);
    }

    /**
     * Returns the table row of every pair of tokens.
     *
     * @param height rows of the window
     * @param width columns of the window
     * @return N·N indices, row-major by (query, key), N = height·width: (Δrow + height −
     *     1)·(2·width − 1) + Δcolumn + width − 1, differences being query minus key
     */
    public static long[] index(int height, int width) {
        int tokens = height * width;
        long[] index = new long[tokens * tokens];
        int at = 0;
        for (int query = 0; query < tokens; query++) {
            for (int key = 0; key < tokens; key++) {
                int rows = query / width - key / width + height - 1;
                int columns = query % width - key % width + width - 1;
                index[at++] = (long) rows * (2 * width - 1) + columns;
            }
        }
        return index;
    }
}
