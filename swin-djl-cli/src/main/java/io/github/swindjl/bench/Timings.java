// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import java.util.Arrays;

/** The times of some steps, in milliseconds. Immutable. */
public final class Timings {

    private final double[] sorted;

    /**
     * Takes the times.
     *
     * @param milliseconds one for each step, in any order
     * @throws IllegalArgumentException if there is none
     */
    public Timings(double... milliseconds) {
        if (milliseconds.length == 0) {
            throw new IllegalArgumentException("No step was timed");
        }
        sorted = milliseconds.clone();
        Arrays.sort(sorted);
    }

    /**
     * Returns the number of steps.
     *
     * @return at least 1
     */
    public int count() {
        return sorted.length;
    }

    /**
     * Returns the mean.
     *
     * @return milliseconds
     */
    public double mean() {
        return Arrays.stream(sorted).average().orElseThrow();
    }

    /**
     * Returns the median.
     *
     * @return milliseconds
     */
    public double median() {
        return percentile(50);
    }

    /**
     * Returns a percentile, interpolated linearly between the two nearest steps as NumPy does.
     *
     * @param percent from 0, the shortest step, to 100, the longest
     * @return milliseconds
     */
    public double percentile(double percent) {
        double position = percent / 100 * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
