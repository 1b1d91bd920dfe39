// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.nn.Block;
import io.github.swindjl.train.config.TrainConfig;
import java.util.Objects;

/**
 * What a run is made of.
 *
 * @param config what decides the run
 * @param network the network, initialised, on the device to train on; stays its owner's
 * @param description text that describes the network, kept with every checkpoint
 * @param task batches, loss and evaluation
 * @param directory where results go
 * @param listener hears of the progress
 */
public record TrainingSetup(
        TrainConfig config,
        Block network,
        String description,
        TrainingTask task,
        RunDirectory directory,
        TrainingListener listener) {

    /**
     * Checks that nothing is missing.
     *
     * @param config what decides the run
     * @param network the network
     * @param description text that describes the network
     * @param task batches, loss and evaluation
     * @param directory where results go
     * @param listener hears of the progress
     */
    public TrainingSetup {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(listener, "listener");
    }
}
