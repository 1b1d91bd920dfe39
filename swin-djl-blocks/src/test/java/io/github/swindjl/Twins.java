// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Kernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares the usual and the deterministic operations of one kernel. */
public final class Twins {

    private Twins() {}

    /**
     * Compares results and gradients.
     *
     * @param constants of the kernel without {@code deterministic}
     * @param rounding largest difference, as a share of each array's largest value
     */
    public static void assertSame(
            Class<?> owner,
            String resource,
            Map<String, ?> constants,
            double rounding,
            NDArray... inputs) {
        List<float[]> usual = compute(kernel(owner, resource, constants, false), inputs);
        List<float[]> found = compute(kernel(owner, resource, constants, true), inputs);
        assertEquals(usual.size(), found.size());
        for (int i = 0; i < usual.size(); i++) {
            double largest = Goldens.largest(usual.get(i));
            assertTrue(largest > 0, resource + " computes nothing, array " + i);
            double difference = Goldens.difference(usual.get(i), found.get(i));
            assertTrue(
                    difference <= rounding * largest,
                    resource + constants + ": array " + i + " differs by " + difference / largest);
        }
    }

    private static Kernel kernel(
            Class<?> owner, String resource, Map<String, ?> constants, boolean deterministic) {
        Map<String, Object> all = new HashMap<>(constants);
        all.put("deterministic", deterministic);
        return Kernel.of(owner, resource, all);
    }

    /** The result and the gradients of all inputs that have one. */
    private static List<float[]> compute(Kernel kernel, NDArray... inputs) {
        try (NDManager manager = inputs[0].getManager().newSubManager();
                Autograd.Mode recording = Autograd.record()) {
            NDArray[] own = new NDArray[inputs.length];
            for (int i = 0; i < own.length; i++) {
                own[i] = inputs[i].duplicate();
                own[i].attach(manager);
                own[i].setRequiresGradient(own[i].getDataType() == DataType.FLOAT32);
            }
            NDArray result = kernel.call(true, own);
            result.attach(manager);
            Autograd.backward(result.mul(Formula.input(manager, result.getShape())).sum());
            List<float[]> arrays = new ArrayList<>(List.of(result.toFloatArray()));
            for (NDArray input : own) {
                if (input.hasGradient()) {
                    arrays.add(Autograd.gradient(input).toFloatArray());
                }
            }
            return arrays;
        }
    }
}
