// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import io.github.swindjl.blocks.StateDict;
import java.util.LinkedHashMap;
import java.util.Map;

/** The arrays of a network's parameters. */
final class Parameters {

    private Parameters() {}

    /** Returns the arrays by name, in the network's order. */
    static Map<String, NDArray> of(Block network) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        StateDict.of(network).forEach((name, value) -> arrays.put(name, value.getArray()));
        return arrays;
    }

    /** Returns how many values they hold. */
    static long count(Map<String, NDArray> arrays) {
        return arrays.values().stream().mapToLong(NDArray::size).sum();
    }
}
