// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;

/**
 * Two linear layers with a GELU between: (…, channels) → (…, channels).
 *
 * <p>Children {@code fc1} and {@code fc2}, each with weight and bias.
 */
public final class Mlp extends UnaryModule {

    private static final PrecisionKernels KERNELS = new PrecisionKernels("mlp.py", Map.of());

    private final Linear fc1;
    private final Linear fc2;

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
    NDArray apply(Pass pass, NDArray x) {
        return KERNELS.in(pass.precision())
                .call(
                        pass.training(),
                        x,
                        fc1.weight(pass, x),
                        fc1.bias(pass, x),
                        fc2.weight(pass, x),
                        fc2.bias(pass, x));
    }

    @Override
    Shape outputShape(Shape input) {
        return input;
    }
}
