// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

/**
 * Where in a run a checkpoint was taken. Immutable.
 *
 * @param epoch epochs completed
 * @param batch forward passes completed in the epoch under way, 0 between epochs
 * @param update optimizer updates completed since the run began
 * @param seed the run's seed
 * @param lossSum sum of the training losses of the epoch under way, one per forward pass
 * @param metric the evaluation after this epoch, larger is better; null where none was made
 */
public record CheckpointState(
        int epoch, long batch, long update, long seed, double lossSum, Double metric) {}
