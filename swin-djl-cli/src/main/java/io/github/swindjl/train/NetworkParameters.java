// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.TrainConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of a network, of which some are frozen until this is closed. Frozen ones have no
 * gradient, no memory in the optimizer and no average. Running statistics are not trained, but they
 * change and are averaged.
 */
final class NetworkParameters implements AutoCloseable {

    private static final Set<Parameter.Type> STATISTICS =
            Set.of(Parameter.Type.RUNNING_MEAN, Parameter.Type.RUNNING_VAR);

    private final Map<String, Parameter> all;
    private final List<Parameter> frozenHere = new ArrayList<>();
    private final List<ParameterGroup> groups;

    /**
     * Freezes parts of a network and sorts the others.
     *
     * @throws ConfigException if there is no such part, or nothing is left to train; then nothing
     *     is frozen
     */
    NetworkParameters(Block network, TrainConfig config) {
        all = StateDict.of(network);
        try {
            for (String part : config.training().freeze()) {
                NetworkPart.of(part, all.keySet(), "training.freeze").forEach(this::freeze);
            }
            if (trained().isEmpty()) {
                throw new ConfigException("training.freeze", "leaves no parameter to train");
            }
            Map<String, Integer> dimensions = new LinkedHashMap<>();
            all().forEach((name, array) -> dimensions.put(name, array.getShape().dimension()));
            groups =
                    ParameterGroup.of(
                            dimensions, List.copyOf(trained().keySet()), config.optimizer());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void freeze(String name) {
        Parameter parameter = all.get(name);
        if (parameter.requiresGradient()) {
            parameter.freeze(true);
            frozenHere.add(parameter);
        }
    }

    /** Returns the values of all parameters, in the network's order. */
    Map<String, NDArray> all() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        all.forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
        return Collections.unmodifiableMap(arrays);
    }

    /** Returns the values of those that are trained. */
    Map<String, NDArray> trained() {
        Map<String, NDArray> arrays = new LinkedHashMap<>(all());
        arrays.keySet().removeIf(name -> !all.get(name).requiresGradient());
        return Collections.unmodifiableMap(arrays);
    }

    /** Returns the values of those that training changes: the trained ones and statistics. */
    Map<String, NDArray> changing() {
        Map<String, NDArray> arrays = new LinkedHashMap<>(all());
        arrays.keySet()
                .removeIf(
                        name ->
                                !all.get(name).requiresGradient()
                                        && !STATISTICS.contains(all.get(name).getType()));
        return Collections.unmodifiableMap(arrays);
    }

    /** Returns how the trained ones are to be updated. */
    List<ParameterGroup> groups() {
        return groups;
    }

    @Override
    public void close() {
        frozenHere.forEach(parameter -> parameter.freeze(false));
        frozenHere.clear();
    }
}
