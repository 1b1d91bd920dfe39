// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Map;

/**
 * A linear layer over the last axis: (…, in) → (…, out).
 *
 * <p>Parameters {@code weight} (out, in) and, if wanted, {@code bias} (out).
 */
final class Linear extends UnaryModule {

    private final long outputs;
    private final Parameter weight;
    private final Parameter bias;
    private final PrecisionKernels kernels;

    Linear(long inputs, long outputs, boolean hasBias) {
        this.outputs = outputs;
        weight = parameter("weight", Parameter.Type.WEIGHT, Initializers.NORMAL, outputs, inputs);
        bias = hasBias ? parameter("bias", Parameter.Type.BIAS, Initializers.ZEROS, outputs) : null;
        kernels = new PrecisionKernels("linear.py", Map.of("has_bias", hasBias));
    }

    NDArray weight(Pass pass, NDArray x) {
        return pass.value(weight, x);
    }

    /** Returns the bias, or x itself, which kernels without bias do not read. */
    NDArray bias(Pass pass, NDArray x) {
        return bias == null ? x : pass.value(bias, x);
    }

    @Override
    NDArray apply(Pass pass, NDArray x) {
        return kernels.in(pass.precision())
                .call(pass.training(), x, weight(pass, x), bias(pass, x));
    }

    @Override
    Shape outputShape(Shape input) {
        return input.slice(0, input.dimension() - 1).add(outputs);
    }
}
