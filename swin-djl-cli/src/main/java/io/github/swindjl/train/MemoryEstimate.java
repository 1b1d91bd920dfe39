// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.ActivationMemory;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.StateStorage;
import io.github.swindjl.train.config.TrainConfig;

/**
 * What training takes of a device's memory at most, in bytes, by arithmetic; docs/memory.md has the
 * formula and what was measured. Java's own memory and the libraries' are not in it.
 *
 * @param parameters the network in float32
 * @param gradients of what is trained
 * @param optimizer what it remembers of what is trained, on the device
 * @param average of what is trained, where one is kept
 * @param activations what a forward and backward pass holds at most, the pictures included
 * @param copies what an update, which comes after the passes, copies of its memory at a time
 * @param host what the optimizer remembers in the computer's memory instead; not in the sum
 */
public record MemoryEstimate(
        long parameters,
        long gradients,
        long optimizer,
        long average,
        long activations,
        long copies,
        long host) {

    /**
     * How many values there are of what.
     *
     * @param parameters values of the network
     * @param trained how many of them are trained
     * @param largest values of the largest parameter of those
     * @param moments numbers that the optimizer keeps for each trained value
     * @param storage how it keeps them
     * @param averaged whether an average is kept
     */
    public record Values(
            long parameters,
            long trained,
            long largest,
            int moments,
            StateStorage storage,
            boolean averaged) {

        /**
         * Counts for a configuration.
         *
         * @param config the run
         * @param network the network, initialised, or with shapes that are known
         * @return the counts
         */
        public static Values of(TrainConfig config, Block network) {
            long all = 0;
            long trained = 0;
            long largest = 0;
            for (Parameter parameter : StateDict.of(network).values()) {
                long size = parameter.getShape().size();
                all += size;
                if (parameter.requiresGradient()) {
                    trained += size;
                    largest = Math.max(largest, size);
                }
            }
            return new Values(
                    all,
                    trained,
                    largest,
                    config.optimizer().moments(),
                    config.optimizer().state(),
                    config.ema().decay() > 0);
        }

        /** Returns the same with moments kept otherwise. */
        Values with(StateStorage other) {
            return new Values(parameters, trained, largest, moments, other, averaged);
        }

        private long kept() {
            return trained * moments * storage.bytes();
        }
    }

    /**
     * Estimates.
     *
     * @param activations what passes of the network hold
     * @param values how many values there are
     * @param mode what is kept for the backward pass
     * @return the estimate
     */
    public static MemoryEstimate of(ActivationMemory activations, Values values, MemoryMode mode) {
        return new MemoryEstimate(
                Float.BYTES * values.parameters(),
                Float.BYTES * values.trained(),
                values.storage().isOnHost() ? 0 : values.kept(),
                values.averaged() ? Float.BYTES * values.trained() : 0,
                activations.peak(mode.begin()),
                Moments.copies(values.largest(), values.moments(), values.storage()),
                values.storage().isOnHost() ? values.kept() : 0);
    }

    /**
     * Returns the most that is taken at once.
     *
     * @return bytes
     */
    public long total() {
        return parameters + gradients + optimizer + average + Math.max(activations, copies);
    }
}
