// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.swindjl.zoo.weights.LoadReport;
import io.github.swindjl.zoo.weights.StateShards;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A network with its parameters on a device, which it owns until it is closed. */
public interface LoadedModel extends AutoCloseable {

    /**
     * Returns what the model is.
     *
     * @return the description
     */
    NetworkDescription description();

    /**
     * Returns the network.
     *
     * @return the block, owned by this model
     */
    Block block();

    /**
     * Returns the manager that owns the parameters.
     *
     * @return a manager on the model's device, closed with this model
     */
    NDManager manager();

    /**
     * Tells what became of the weights.
     *
     * @return the report, or empty for a model with random parameters
     */
    Optional<LoadReport> report();

    /**
     * Writes this model as a checkpoint: its description and its weights, in one file or, above
     * {@link StateShards#LIMIT}, in several with an index. Weights that were in the folder before
     * are gone afterwards.
     *
     * @param directory an existing folder
     * @throws IOException if a file cannot be written
     */
    default void save(Path directory) throws IOException {
        CheckpointFolder.write(this, directory, StateShards.LIMIT);
    }

    @Override
    void close();
}
