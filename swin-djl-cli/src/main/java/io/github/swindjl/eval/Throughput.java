// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

/**
 * How fast an evaluation was.
 *
 * @param samples how many samples it judged
 * @param nanos how long it took, from the first picture's reading to the last one's judgement
 * @param waitNanos how long of it the network waited for pictures, without the first batch, which
 *     nothing could have read ahead
 */
public record Throughput(long samples, long nanos, long waitNanos) {

    /**
     * Returns the speed.
     *
     * @return samples per second; NaN without samples
     */
    public double perSecond() {
        return samples == 0 ? Double.NaN : samples * 1e9 / nanos;
    }

    /**
     * Returns how much of the time the network waited for pictures.
     *
     * @return between 0 and 1; NaN without samples
     */
    public double waitShare() {
        return samples == 0 ? Double.NaN : (double) waitNanos / nanos;
    }
}
