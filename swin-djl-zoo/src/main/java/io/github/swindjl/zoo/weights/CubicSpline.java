// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

/**
 * The cubic spline through given positions whose third derivative does not jump at the second and
 * the last but one, as a linear function of the values at the positions.
 */
final class CubicSpline {

    private final double[] positions;

    /** Second derivatives at the positions: row i holds the weights of the values. */
    private final double[][] bends;

    /** Prepares a spline through at least four increasing positions. */
    CubicSpline(double... positions) {
        this.positions = positions.clone();
        int count = positions.length;
        double[][] left = new double[count][count];
        double[][] right = new double[count][count];
        for (int i = 1; i < count - 1; i++) {
            double before = step(i - 1);
            double after = step(i);
            left[i][i - 1] = before / 6;
            left[i][i] = (before + after) / 3;
            left[i][i + 1] = after / 6;
            right[i][i - 1] = 1 / before;
            right[i][i] = -1 / before - 1 / after;
            right[i][i + 1] = 1 / after;
        }
        smooth(left[0], 1);
        smooth(left[count - 1], count - 2);
        bends = solve(left, right);
    }

    private double step(int i) {
        return positions[i + 1] - positions[i];
    }

    /** Sets the equation that the third derivative is the same before and after a position. */
    private void smooth(double[] equation, int i) {
        equation[i - 1] = 1 / step(i - 1);
        equation[i] = -1 / step(i - 1) - 1 / step(i);
        equation[i + 1] = 1 / step(i);
    }

    /** Solves left · x = right by elimination with pivots; changes its arguments. */
    private static double[][] solve(double[][] left, double[][] right) {
        int count = left.length;
        for (int column = 0; column < count; column++) {
            int pivot = column;
            for (int row = column + 1; row < count; row++) {
                if (Math.abs(left[row][column]) > Math.abs(left[pivot][column])) {
                    pivot = row;
                }
            }
            swap(left, column, pivot);
            swap(right, column, pivot);
            for (int row = 0; row < count; row++) {
                double factor = row == column ? 0 : left[row][column] / left[column][column];
                subtract(left[row], factor, left[column]);
                subtract(right[row], factor, right[column]);
            }
        }
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < count; i++) {
                right[row][i] /= left[row][row];
            }
        }
        return right;
    }

    private static void swap(double[][] rows, int a, int b) {
        double[] kept = rows[a];
        rows[a] = rows[b];
        rows[b] = kept;
    }

    private static void subtract(double[] from, double factor, double... row) {
        for (int i = 0; i < row.length && factor != 0; i++) {
            from[i] -= factor * row[i];
        }
    }

    /** Returns the weights of the values at the positions in the spline's value at a place. */
    double[] weights(double place) {
        int interval = 0;
        while (interval < positions.length - 2 && place > positions[interval + 1]) {
            interval++;
        }
        double step = step(interval);
        double left = (positions[interval + 1] - place) / step;
        double right = 1 - left;
        double bendLeft = (left * left * left - left) * step * step / 6;
        double bendRight = (right * right * right - right) * step * step / 6;
        double[] weights = new double[positions.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = bendLeft * bends[interval][i] + bendRight * bends[interval + 1][i];
        }
        weights[interval] += left;
        weights[interval + 1] += right;
        return weights;
    }
}
