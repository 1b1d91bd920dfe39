// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

/**
 * Coordinates that the continuous position bias is a function of (arXiv 2111.09883, section 3.3, in
 * the normalised form of the released networks).
 */
public final class RelativeCoordinates {

    /** Offsets are scaled so that the reference window reaches this value before the logarithm. */
    private static final double SCALE = 8;

    private static final double LOG2_OF_SCALE = 3;

    private RelativeCoordinates() {}

    /**
     * Returns log-spaced coordinates: with t = 8·Δ/(reference − 1), sign(t)·log2(1 + |t|)/3.
     *
     * @param height rows of the window
     * @param width columns of the window
     * @param referenceHeight rows of the window the network was trained with
     * @param referenceWidth columns of the window the network was trained with
     * @return (2·height − 1)·(2·width − 1) pairs (row, column), row-major from the most negative
     */
    public static float[] logSpaced(
            int height, int width, int referenceHeight, int referenceWidth) {
        return table(height, width, referenceHeight, referenceWidth, true);
    }

    /**
     * Returns linearly spaced coordinates Δ/(reference − 1), the ablation's alternative: the same
     * range as {@link #logSpaced} within the reference window.
     *
     * @param height rows of the window
     * @param width columns of the window
     * @param referenceHeight rows of the window the network was trained with
     * @param referenceWidth columns of the window the network was trained with
     * @return pairs as in {@link #logSpaced}
     */
    public static float[] linear(int height, int width, int referenceHeight, int referenceWidth) {
        return table(height, width, referenceHeight, referenceWidth, false);
    }

    private static float[] table(
            int height, int width, int referenceHeight, int referenceWidth, boolean logSpaced) {
        float[] coordinates = new float[2 * RelativePosition.count(height, width)];
        int at = 0;
        for (int row = 1 - height; row < height; row++) {
            for (int column = 1 - width; column < width; column++) {
                coordinates[at++] = coordinate(row, referenceHeight, logSpaced);
                coordinates[at++] = coordinate(column, referenceWidth, logSpaced);
            }
        }
        return coordinates;
    }

    private static float coordinate(int offset, int reference, boolean logSpaced) {
        // A reference of one token has no extent to scale by: the published form would be 0/0.
        double fraction = (double) offset / Math.max(reference - 1, 1);
        if (!logSpaced) {
            return (float) fraction;
        }
        double log2 = Math.log1p(Math.abs(fraction) * SCALE) / Math.log(2);
        return (float) (Math.signum(fraction) * log2 / LOG2_OF_SCALE);
    }
}
