// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.blocks.ActivationMemory;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;

/**
 * What training takes of a device's memory at most, in bytes, by arithmetic; docs/memory.md has the
 * formula and what was measured. Java's own memory and the libraries' are not in it.
 *
 * @param parameters the network in float32
 * @param gradients of what is trained
 * @param optimizer what it remembers of what is trained
 * @param average of what is trained, where one is kept
 * @param activations what a forward and backward pass holds at most, the pictures included
 */
public record MemoryEstimate(
        long parameters, long gradients, long optimizer, long average, long activations) {

    /**
     * How many values there are of what.
     *
     * @param parameters values of the network
     * @param trained how many of them are trained
     * @param moments bytes that the optimizer keeps for each of those: 8 for AdamW
     * @param averaged whether an average is kept
     */
    public record Values(long parameters, long trained, int moments, boolean averaged) {

        /**
         * Counts for a configuration.
         *
         * @param config the run
         * @param parameters values of the network
         * @param trained how many of them are trained
         * @return the counts
         */
        public static Values of(TrainConfig config, long parameters, long trained) {
            int moments =
                    switch (config.optimizer().name()) {
                        case ADAMW -> 2 * Float.BYTES;
                        case SGD -> config.optimizer().momentum() > 0 ? Float.BYTES : 0;
                    };
            return new Values(parameters, trained, moments, config.ema().decay() > 0);
        }
    }

    /**
     * Estimates for a classifier.
     *
     * @param config its backbone
     * @param values how many values there are
     * @param batch pictures in a pass
     * @param precision of the heavy products
     * @param mode what is kept for the backward pass
     * @return the estimate
     */
    public static MemoryEstimate of(
            SwinConfig config, Values values, int batch, Precision precision, MemoryMode mode) {
        return new MemoryEstimate(
                Float.BYTES * values.parameters(),
                Float.BYTES * values.trained(),
                values.trained() * values.moments(),
                values.averaged() ? Float.BYTES * values.trained() : 0,
                new ActivationMemory(config, batch, precision).peak(mode.begin()));
    }

    /**
     * Returns the sum.
     *
     * @return bytes
     */
    public long total() {
        return parameters + gradients + optimizer + average + activations;
    }
}
