// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of a block under the names of the official checkpoints, such as {@code
 * layers.0.blocks.1.attn.qkv.weight}.
 */
public final class StateDict {

    private StateDict() {}

    /**
     * Lists the parameters of a block.
     *
     * @param block a block of this package
     * @return name to parameter, in the order of the network; unmodifiable
     */
    public static Map<String, Parameter> of(Block block) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        collect("", block, parameters);
        return Collections.unmodifiableMap(parameters);
    }

    private static void collect(String prefix, Block block, Map<String, Parameter> into) {
        for (Pair<String, Parameter> parameter : block.getDirectParameters()) {
            into.put(prefix + parameter.getKey(), parameter.getValue());
        }
        int position = 1;
        for (Pair<String, Block> child : block.getChildren()) {
            // DJL puts the child's position, of at least two digits, before its name.
            int digits = Math.max(2, Integer.toString(position++).length());
            String name = child.getKey().substring(digits);
            collect(name.isEmpty() ? prefix : prefix + name + '.', child.getValue(), into);
        }
    }
}
