// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

/**
 * A rectangle of tokens.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1; a smaller side is an {@link IllegalArgumentException}
 */
public record Grid(int height, int width) {

    public Grid {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "A token grid needs at least one row and column, found "
                            + height
                            + "x"
                            + width);
        }
    }

    /**
     * Enlarges this grid until a step divides each side.
     *
     * @param stepHeight rows of a step
     * @param stepWidth columns of a step
     * @return the smallest such grid that holds this one
     */
    public Grid paddedTo(int stepHeight, int stepWidth) {
        return new Grid(
                ceilDiv(height, stepHeight) * stepHeight, ceilDiv(width, stepWidth) * stepWidth);
    }

    /**
     * Returns the grid after patch merging, which pads odd sides.
     *
     * @return half of each side, rounded up
     */
    public Grid merged() {
        return new Grid(ceilDiv(height, 2), ceilDiv(width, 2));
    }

    /**
     * Returns the number of tokens.
     *
     * @return height times width
     */
    public int tokens() {
        return Math.multiplyExact(height, width);
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }

    static int ceilDiv(int dividend, int divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }
}
