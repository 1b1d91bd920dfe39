// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.PrecisionKernels;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Two linear layers with a GELU between: (batch, h, w, channels) → (batch, h, w, channels).
 *
 * <p>Children {@code fc1} and {@code fc2}, each with weight and bias.
 */
public final class Mlp extends Branch {

    private static final ConcurrentMap<Pass.Arithmetic, Kernel> KERNELS = new ConcurrentHashMap<>();

    private final Linear fc1;
    private final Linear fc2;
    private final ConcurrentMap<Step, PrecisionKernels> steps = new ConcurrentHashMap<>();

    private record Step(boolean normFirst, double epsilon) {}

    /**
     * Creates the block.
     *
     * @param channels of input and output
     * @param hidden channels between the layers
     */
    public Mlp(int channels, int hidden) {
        fc1 = child("fc1", new Linear(channels, hidden, true));
        fc2 = child("fc2", new Linear(hidden, channels, true));
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        return KERNELS.computeIfAbsent(pass.arithmetic(x), Mlp::compile)
                .call(
                        pass.training(),
                        x,
                        fc1.weight(pass, x),
                        fc1.bias(pass, x),
                        fc2.weight(pass, x),
                        fc2.bias(pass, x));
    }

    @Override
    NDArray addTo(Pass pass, NDArray x, Norm norm, boolean normFirst) {
        PrecisionKernels kernels =
                steps.computeIfAbsent(new Step(normFirst, norm.epsilon()), Mlp::compile);
        try (NDList first = fc1.prepacked(pass, x);
                NDList second = fc2.prepacked(pass, x)) {
            return kernels.in(pass.precision())
                    .call(
                            false,
                            x,
                            norm.weight(pass, x),
                            norm.bias(pass, x),
                            first.get(0),
                            first.get(1),
                            second.get(0),
                            second.get(1));
        }
    }

    private static Kernel compile(Pass.Arithmetic arithmetic) {
        Map<String, Object> constants = new HashMap<>();
        arithmetic.bakeInto(constants);
        return Kernel.of(Mlp.class, "mlp.py", constants);
    }

    private static PrecisionKernels compile(Step step) {
        return new PrecisionKernels(
                Mlp.class,
                "mlp_prepacked.py",
                Map.of(
                        "norm_first", step.normFirst,
                        "epsilon", step.epsilon,
                        "rows", Prepacked.ROWS));
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }
}
