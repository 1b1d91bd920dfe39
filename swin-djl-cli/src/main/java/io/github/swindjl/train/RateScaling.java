// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.train.config.TrainConfig;
import java.util.Locale;

/**
 * The official rule for learning rates: they grow in proportion to the pictures per update.
 *
 * @param base learning rate at the reference batch
 * @param batchSize pictures per forward pass
 * @param accumulate forward passes per update
 * @param world processes that train together
 * @param reference pictures per update at which {@code base} holds
 */
public record RateScaling(double base, int batchSize, int accumulate, int world, int reference) {

    /**
     * Returns the scaling of a run, which one process trains.
     *
     * @param config the run
     * @return its scaling
     */
    public static RateScaling of(TrainConfig config) {
        return new RateScaling(
                config.optimizer().lr(),
                config.training().batchSize(),
                config.training().accumulate(),
                1,
                config.optimizer().referenceBatch());
    }

    /**
     * Returns the pictures per update.
     *
     * @return batch size, times accumulation, times processes
     */
    public long effectiveBatch() {
        return (long) batchSize * accumulate * world;
    }

    /**
     * Returns what all learning rates are multiplied by.
     *
     * @return pictures per update, by the reference
     */
    public double factor() {
        return (double) effectiveBatch() / reference;
    }

    /**
     * Shows the calculation.
     *
     * @return a line without line break
     */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "Peak learning rate %.4g = %.4g x (%d pictures x %d passes x %d process / %d)",
                base * factor(),
                base,
                batchSize,
                accumulate,
                world,
                reference);
    }
}
