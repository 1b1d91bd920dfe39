// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.StateDict;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/**
 * Fills tensors from their names, as {@code scripts/formula.py} does for the references: whole
 * architectures are compared without shipping weights.
 */
public final class Formula {

    private Formula() {}

    /** Returns values in [-1, 1) that depend on the name and the index alone. */
    public static float[] values(String name, int count) {
        long seed = 0xcbf29ce484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ (b & 0xff)) * 0x100000001b3L;
        }
        long start = seed;
        float[] values = new float[count];
        IntStream.range(0, count)
                .parallel()
                .forEach(
                        i -> {
                            long z = start + (i + 1L) * 0x9E3779B97F4A7C15L;
                            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
                            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
                            z ^= z >>> 31;
                            values[i] = (z >>> 40) * 0x1p-23f - 1;
                        });
        return values;
    }

    /** Returns the values of a parameter. */
    public static float[] parameter(String name, Shape shape) {
        float[] values = values(name, Math.toIntExact(shape.size()));
        float offset = 0;
        float factor;
        if (name.endsWith("logit_scale")) {
            offset = (float) Math.log(10);
            factor = 0.5f;
        } else if (name.endsWith("relative_position_bias_table")
                || name.endsWith("absolute_pos_embed")) {
            factor = 0.5f;
        } else if (shape.dimension() == 1) {
            boolean norm = name.matches("(.*\\.)?(norm[^.]*|bn)\\.(weight|running_var)");
            offset = norm ? 1 : 0;
            factor = norm ? 0.2f : 0.1f;
        } else {
            factor = (float) Math.sqrt(3.0 / (shape.size() / shape.get(0)));
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = offset + factor * values[i];
        }
        return values;
    }

    /** Makes a block start with the formula's parameters; before its initialisation. */
    public static void fill(Block block) {
        fill(block, 0);
    }

    /** As {@link #fill(Block)}, and adds an offset to every logit scale. */
    public static void fill(Block block, float logitScaleOffset) {
        StateDict.of(block)
                .forEach(
                        (name, parameter) ->
                                start(
                                        parameter,
                                        name,
                                        name.endsWith("logit_scale") ? logitScaleOffset : 0));
    }

    private static void start(Parameter parameter, String name, float offset) {
        parameter.setInitializer(
                (manager, shape, type) -> {
                    float[] values = parameter(name, shape);
                    if (offset != 0) {
                        for (int i = 0; i < values.length; i++) {
                            values[i] += offset;
                        }
                    }
                    return engineOwned(manager, values, shape);
                });
    }

    /** Returns the input of the references: twice the formula's values of "input". */
    public static NDArray input(NDManager manager, Shape shape) {
        float[] values = values("input", Math.toIntExact(shape.size()));
        for (int i = 0; i < values.length; i++) {
            values[i] *= 2;
        }
        return engineOwned(manager, values, shape);
    }

    private static NDArray engineOwned(NDManager manager, float[] values, Shape shape) {
        try (NDArray java = manager.create(values, shape)) {
            return java.duplicate();
        }
    }
}
