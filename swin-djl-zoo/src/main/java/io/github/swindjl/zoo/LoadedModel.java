// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.swindjl.zoo.weights.LoadReport;
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

    @Override
    void close();
}
