// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.kernels.PrecisionKernels;
import java.util.Map;

/**
 * A linear layer over the last axis: (…, in) → (…, out).
 *
 * <p>Parameters {@code weight} (out, in) and, if wanted, {@code bias} (out).
 */
final class Linear extends UnaryModule {

    private static final PrecisionKernels PREPACKED =
            new PrecisionKernels(Linear.class, "linear_prepacked.py", Map.of());
    private static final PrecisionKernels PREPACK = prepack(true);
    private static final PrecisionKernels PREPACK_WITHOUT_BIAS = prepack(false);

    private final long outputs;
    private final Parameter weight;
    private final Parameter bias;
    private final PrecisionKernels kernels;
    private final DerivedArrays prepacked = new DerivedArrays();

    Linear(long inputs, long outputs, boolean hasBias) {
        this.outputs = outputs;
        weight = parameter("weight", Parameter.Type.WEIGHT, Initializers.NORMAL, outputs, inputs);
        bias = hasBias ? parameter("bias", Parameter.Type.BIAS, Initializers.ZEROS, outputs) : null;
        kernels = new PrecisionKernels(Linear.class, "linear.py", Map.of("has_bias", hasBias));
    }

    private static PrecisionKernels prepack(boolean hasBias) {
        return new PrecisionKernels(Linear.class, "prepack.py", Map.of("has_bias", hasBias));
    }

    NDArray weight(Pass pass, NDArray x) {
        if (pass.training()) {
            prepacked.clear();
        }
        return pass.value(weight, x);
    }

    /** Returns the bias, or x itself, which kernels without bias do not read. */
    NDArray bias(Pass pass, NDArray x) {
        return bias == null ? x : pass.value(bias, x);
    }

    /** Returns weight and bias for the prepacked kernels, handles that the caller closes. */
    NDList prepacked(Pass pass, NDArray x) {
        return prepacked(pass, x, bias(pass, x));
    }

    /** Returns weight and another bias for the prepacked kernels; x stands for none. */
    NDList prepacked(Pass pass, NDArray x, NDArray added) {
        NDArray values = weight(pass, x);
        PrecisionKernels kernel = added == x ? PREPACK_WITHOUT_BIAS : PREPACK;
        return prepacked.get(
                pass,
                x,
                values,
                () -> kernel.in(pass.precision()).callAll(false, x, values, added));
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        if (pass.prepacked()) {
            try (NDList packed = prepacked(pass, x)) {
                return PREPACKED.in(pass.precision()).call(false, x, packed.get(0), packed.get(1));
            }
        }
        return kernels.in(pass.precision())
                .call(pass.training(), x, weight(pass, x), bias(pass, x));
    }

    @Override
    public Shape outputShape(Shape input) {
        return input.slice(0, input.dimension() - 1).add(outputs);
    }
}
