// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

/**
 * The learning rate of each update: linear warm-up, then a cosine, the schedule of the official
 * Swin training. Immutable, thread-safe.
 *
 * @param peak rate at the end of warm-up
 * @param warmupStart rate at the beginning of warm-up
 * @param minimum rate at the end of the cosine
 * @param warmup updates of warm-up
 * @param total updates of the whole run
 */
public record Schedule(double peak, double warmupStart, double minimum, long warmup, long total) {

    /**
     * Checks the lengths.
     *
     * @param peak rate at the end of warm-up
     * @param warmupStart rate at the beginning of warm-up
     * @param minimum rate at the end of the cosine
     * @param warmup updates of warm-up
     * @param total updates of the whole run
     * @throws IllegalArgumentException if a length is negative
     */
    public Schedule {
        if (warmup < 0 || total < 0) {
            throw new IllegalArgumentException(
                    "A schedule of " + total + " updates with " + warmup + " of warm-up");
        }
    }

    /**
     * Returns the schedule of a run; all rates are scaled by the pictures per update over the
     * reference batch.
     *
     * @param config the run
     * @param updatesPerEpoch updates in one epoch
     * @return its schedule
     */
    public static Schedule of(TrainConfig config, long updatesPerEpoch) {
        long batch = (long) config.training().batchSize() * config.training().accumulate();
        double scale = (double) batch / config.optimizer().referenceBatch();
        return new Schedule(
                config.optimizer().lr() * scale,
                config.schedule().warmupLr() * scale,
                config.schedule().minLr() * scale,
                (long) (config.schedule().warmupEpochs() * updatesPerEpoch),
                config.training().epochs() * updatesPerEpoch);
    }

    /**
     * Returns the rate at a point of the curve.
     *
     * @param t the point, in updates from the start
     * @return the rate
     */
    public double at(long t) {
        if (t < warmup) {
            return warmupStart + t * (peak - warmupStart) / warmup;
        }
        long done = t - warmup;
        long length = total - warmup;
        if (done >= length) {
            return minimum;
        }
        return minimum + 0.5 * (peak - minimum) * (1 + Math.cos(Math.PI * done / length));
    }

    /**
     * Returns the rate that an update of the official loop uses. That loop moves along the curve
     * after each update, by the number of the batch just seen, so that the first two updates share
     * the first rate.
     *
     * @param update the update's index in the run, from 0
     * @param batchesPerEpoch forward passes in an epoch
     * @param accumulate forward passes per update; what an epoch has left over makes no update
     * @return the rate
     */
    public double forUpdate(long update, long batchesPerEpoch, int accumulate) {
        if (update == 0) {
            return at(0);
        }
        long updatesPerEpoch = batchesPerEpoch / accumulate;
        long epoch = (update - 1) / updatesPerEpoch;
        long lastBatch = ((update - 1) % updatesPerEpoch + 1) * accumulate - 1;
        return at((epoch * batchesPerEpoch + lastBatch) / accumulate);
    }
}
