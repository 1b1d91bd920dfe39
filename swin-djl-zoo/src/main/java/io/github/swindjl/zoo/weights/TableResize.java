// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.Arrays;

/**
 * How a table of relative position biases is brought to another window.
 *
 * <p>All three treat rows and columns alike and apart, so each is a matrix that maps the values
 * along one axis: row i holds the weights of the former values in the new value i.
 */
public enum TableResize {
    /** Bicubic with a = −0.75 and aligned pixel edges, as the official code does. */
    BICUBIC {
        @Override
        double[][] weights(int from, int to) {
            double[][] weights = new double[to][from];
            // The steps of libtorch in its precision: its float32 is off by up to 6e-6 itself.
            float scale = (float) from / to;
            for (int i = 0; i < to; i++) {
                float position = Math.fma(scale, i + 0.5f, -0.5f);
                int floor = (int) Math.floor(position);
                float after = position - floor;
                float before = 1 - after;
                float[] taps = {outer(after + 1), inner(after), inner(before), outer(before + 1)};
                for (int tap = 0; tap < taps.length; tap++) {
                    int source = Math.min(Math.max(floor + tap - 1, 0), from - 1);
                    weights[i][source] += taps[tap];
                }
            }
            return weights;
        }

        private float inner(float distance) {
            return ((CUBIC + 2) * distance - (CUBIC + 3)) * distance * distance + 1;
        }

        private float outer(float distance) {
            return ((CUBIC * distance - 5 * CUBIC) * distance + 8 * CUBIC) * distance - 4 * CUBIC;
        }
    },

    /** Linear between positions in geometric progression, as timm does. */
    TIMM {
        @Override
        double[][] weights(int from, int to) {
            double[] positions = geometric(from, to);
            double[][] weights = new double[to][from];
            for (int i = 0; i < to; i++) {
                double target = clamp(i - to / 2, positions);
                int right = Math.max(1, firstAtLeast(positions, target));
                double share =
                        (target - positions[right - 1]) / (positions[right] - positions[right - 1]);
                weights[i][right - 1] = 1 - share;
                weights[i][right] = share;
            }
            return weights;
        }
    },

    /** Cubic spline through positions in geometric progression, as SimMIM's fine-tuning does. */
    SIMMIM {
        @Override
        double[][] weights(int from, int to) {
            double[] positions = geometric(from, to);
            CubicSpline spline = new CubicSpline(positions);
            double[][] weights = new double[to][];
            for (int i = 0; i < to; i++) {
                weights[i] = spline.weights(clamp(i - to / 2, positions));
            }
            return weights;
        }
    };

    private static final float CUBIC = -0.75f;
    private static final int FEWEST_POSITIONS = 5;

    /**
     * Returns the matrix for one axis.
     *
     * @param from the former number of values
     * @param to the new number of values
     * @return {@code to} rows of {@code from} weights
     */
    abstract double[][] weights(int from, int to);

    /**
     * Spreads the former offsets, ±1 in the middle and further apart to the ends, so that they
     * reach as far as the new ones.
     */
    private static double[] geometric(int from, int to) {
        if (from < FEWEST_POSITIONS || from % 2 == 0) {
            throw new IllegalArgumentException(
                    "a geometric resize needs a table of a window of at least 3, found a side of "
                            + from);
        }
        int reach = from / 2;
        double low = 1.01;
        double high = 1.5;
        double ratio = low;
        while (high - low > 1e-6) {
            ratio = (low + high) / 2;
            if ((1 - Math.pow(ratio, reach)) / (1 - ratio) > to / 2) {
                high = ratio;
            } else {
                low = ratio;
            }
        }
        double[] positions = new double[from];
        double position = 0;
        for (int i = 0; i < reach; i++) {
            position += Math.pow(ratio, i);
            positions[reach + 1 + i] = position;
            positions[reach - 1 - i] = -position;
        }
        return positions;
    }

    private static double clamp(double target, double... positions) {
        return Math.min(Math.max(target, positions[0]), positions[positions.length - 1]);
    }

    private static int firstAtLeast(double[] positions, double target) {
        int found = Arrays.binarySearch(positions, target);
        return found < 0 ? -found - 1 : found;
    }

    /**
     * Resamples a grid of vectors.
     *
     * @param values rows·columns vectors of {@code channels} values
     * @param rows the matrix along the rows
     * @param columns the matrix along the columns
     * @param channels values of each vector
     * @return the new grid of vectors
     */
    static float[] resample(float[] values, double[][] rows, double[][] columns, int channels) {
        int fromRows = rows[0].length;
        int fromColumns = columns[0].length;
        int line = columns.length * channels;
        double[] across = new double[fromRows * line];
        for (int row = 0; row < fromRows; row++) {
            for (int column = 0; column < fromColumns; column++) {
                int source = (row * fromColumns + column) * channels;
                for (int target = 0; target < columns.length; target++) {
                    double weight = columns[target][column];
                    int at = row * line + target * channels;
                    for (int channel = 0; channel < channels && weight != 0; channel++) {
                        across[at + channel] += weight * values[source + channel];
                    }
                }
            }
        }
        float[] result = new float[rows.length * line];
        double[] sums = new double[line];
        for (int target = 0; target < rows.length; target++) {
            Arrays.fill(sums, 0);
            for (int row = 0; row < fromRows; row++) {
                double weight = rows[target][row];
                for (int i = 0; i < line && weight != 0; i++) {
                    sums[i] += weight * across[row * line + i];
                }
            }
            for (int i = 0; i < line; i++) {
                result[target * line + i] = (float) sums[i];
            }
        }
        return result;
    }
}
