// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.StateDict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Parameters of a network to and from files with the names of {@link StateDict}.
 *
 * <p>For one thread at a time per network.
 */
public final class BlockState {

    private static final int NAMES_IN_MESSAGES = 5;

    private BlockState() {}

    /**
     * Initialises a network with the values of a file, which must have exactly its parameters.
     *
     * @param block a network that is not initialised yet
     * @param manager owner of the parameters, on their device
     * @param source the values, of a floating-point type
     * @param input the shape of the network's input
     * @throws StateException if a tensor is missing, unknown or of another shape or type; the
     *     network stays uninitialised
     */
    public static void load(Block block, NDManager manager, StateSource source, Shape input)
            throws StateException {
        load(block, manager, source, input, true);
    }

    /**
     * Initialises a network with the values of a file that may lack some; the parameters that it
     * lacks start as their own initializers say.
     *
     * @param block a network that is not initialised yet
     * @param manager owner of the parameters, on their device
     * @param source the values, of a floating-point type
     * @param input the shape of the network's input
     * @throws StateException if a tensor is unknown or of another shape or type; the network stays
     *     uninitialised
     */
    public static void loadPresent(Block block, NDManager manager, StateSource source, Shape input)
            throws StateException {
        load(block, manager, source, input, false);
    }

    private static void load(
            Block block, NDManager manager, StateSource source, Shape input, boolean complete)
            throws StateException {
        Map<String, Parameter> parameters = new LinkedHashMap<>(StateDict.of(block));
        if (!complete) {
            parameters.keySet().retainAll(source.tensors().keySet());
        }
        check(parameters, source);
        try (ParallelReading reading = new ParallelReading(manager, source)) {
            parameters.forEach(
                    (name, parameter) -> {
                        reading.begin(name);
                        parameter.setInitializer((owner, shape, type) -> reading.take(name, owner));
                    });
            block.initialize(manager, DataType.FLOAT32, input);
        } catch (UncheckedIOException e) {
            throw (StateException) e.getCause();
        }
    }

    private static void check(Map<String, Parameter> parameters, StateSource source)
            throws StateException {
        Map<String, TensorInfo> tensors = source.tensors();
        TreeSet<String> missing = new TreeSet<>(parameters.keySet());
        missing.removeAll(tensors.keySet());
        TreeSet<String> unknown = new TreeSet<>(tensors.keySet());
        unknown.removeAll(parameters.keySet());
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            throw new StateException(
                    source.file(),
                    "does not hold this model's weights: "
                            + some("missing", missing)
                            + "; "
                            + some("unknown", unknown)
                            + ". Give the model that these weights belong to.");
        }
        List<String> different = new ArrayList<>();
        for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
            TensorInfo found = tensors.get(entry.getKey());
            long[] expected = entry.getValue().getShape().getShape();
            if (!Arrays.equals(found.shape(), expected)) {
                different.add(
                        entry.getKey()
                                + " is "
                                + Arrays.toString(found.shape())
                                + " where the model has "
                                + Arrays.toString(expected));
            } else if (!found.type().widens()) {
                different.add(entry.getKey() + " holds " + found.type() + ", not real numbers");
            }
        }
        if (!different.isEmpty()) {
            throw new StateException(
                    source.file(),
                    "does not fit the model: "
                            + some("tensors that differ", different)
                            + ". Give the model that these weights belong to.");
        }
    }

    private static String some(String what, Iterable<String> names) {
        List<String> all = new ArrayList<>();
        names.forEach(all::add);
        String shown = String.join(", ", all.subList(0, Math.min(NAMES_IN_MESSAGES, all.size())));
        String more = all.size() > NAMES_IN_MESSAGES ? ", …" : "";
        return all.size() + " " + what + (all.isEmpty() ? "" : " (" + shown + more + ")");
    }

    /**
     * Writes a network's parameters as safetensors, float32, atomically.
     *
     * @param block an initialised network
     * @param target the file, replaced if it exists
     * @throws IOException if it cannot be written; the former file stays
     */
    public static void write(Block block, Path target) throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        StateDict.of(block).forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
        StateArrays.write(target, arrays);
    }
}
