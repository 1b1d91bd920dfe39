// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.PassKernels;
import io.github.swindjl.blocks.UnaryModule;
import java.util.Map;

/**
 * A convolution that keeps rows and columns: (batch, in, h, w) → (batch, out, h, w).
 *
 * <p>Parameters {@code weight} (out, in, side, side) and, if wanted, {@code bias} (out).
 */
final class Convolution extends UnaryModule {

    private final long outputs;
    private final Parameter weight;
    private final Parameter bias;
    private final PassKernels kernels;

    private Convolution(
            long inputs, long outputs, long side, boolean hasBias, Initializer initializer) {
        this.outputs = outputs;
        weight =
                parameter(
                        "weight", Parameter.Type.WEIGHT, initializer, outputs, inputs, side, side);
        bias = hasBias ? parameter("bias", Parameter.Type.BIAS, Initializer.ZEROS, outputs) : null;
        kernels =
                new PassKernels(
                        Convolution.class,
                        "convolution.py",
                        Map.of("padding", side / 2, "has_bias", hasBias));
    }

    /** Creates one without bias that a norm follows, with He's initialisation by its outputs. */
    static Convolution normed(long inputs, long outputs, long side) {
        Initializer initializer = Initializers.normal(Math.sqrt(2.0 / (outputs * side * side)));
        return new Convolution(inputs, outputs, side, false, initializer);
    }

    /** Creates one that classifies each position. */
    static Convolution classifier(long inputs, long classes) {
        return new Convolution(inputs, classes, 1, true, Initializers.normal(0.01));
    }

    NDArray weight(Pass pass, NDArray x) {
        return pass.value(weight, x);
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        NDArray added = bias == null ? x : pass.value(bias, x);
        return kernels.of(pass).call(pass.training(), x, weight(pass, x), added);
    }

    @Override
    public Shape outputShape(Shape input) {
        return new Shape(input.get(0), outputs, input.get(2), input.get(3));
    }
}
