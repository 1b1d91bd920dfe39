// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.swindjl.blocks.SwinConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weights of a file under the official names and in the shapes of a network, read lazily.
 *
 * @param state the values; valid while the file is open, closing it closes the file
 * @param config the configuration to build the network with: the one asked for, with the reference
 *     windows that the file tells
 * @param report what became of every tensor
 */
public record LoadedWeights(StateSource state, SwinConfig config, LoadReport report) {

    /**
     * Initialises a network. Parameters that are missing start as their own initializers say, so
     * seed those before.
     *
     * @param block a network of {@link #config()} that is not initialised yet
     * @param manager owner of the parameters, on their device
     * @param input the shape of the network's input
     * @throws StateException if the values cannot be read or the network is another
     */
    public void fill(Block block, NDManager manager, Shape input) throws StateException {
        BlockState.loadPresent(block, manager, state, input);
    }

    /**
     * Overwrites the arrays that the file has; others stay as they are.
     *
     * @param arrays by the names that were asked for
     * @throws StateException if the file cannot be read
     */
    public void copyTo(Map<String, NDArray> arrays) throws StateException {
        Map<String, NDArray> present = new LinkedHashMap<>(arrays);
        present.keySet().retainAll(state.tensors().keySet());
        StateArrays.read(state, present);
    }
}
