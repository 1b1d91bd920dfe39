// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * Layer normalisation over the last axis, in float32 whatever the precision.
 *
 * <p>Parameters {@code weight} (channels) and {@code bias} (channels).
 */
public final class Norm extends UnaryModule {

    private final Parameter weight;
    private final Parameter bias;
    private final double epsilon;
    private final Kernel kernel;

    /**
     * Creates a norm that starts without effect on what is normal already.
     *
     * @param channels length of the last axis
     * @param epsilon added to the variance
     */
    public Norm(long channels, double epsilon) {
        this(channels, epsilon, Initializers.ONES);
    }

    Norm(long channels, double epsilon, Initializer weightStart) {
        weight = parameter("weight", Parameter.Type.GAMMA, weightStart, channels);
        bias = parameter("bias", Parameter.Type.BETA, Initializers.ZEROS, channels);
        this.epsilon = epsilon;
        kernel = Kernel.of(Norm.class, "layer_norm.py", Map.of("epsilon", epsilon));
    }

    NDArray weight(Pass pass, NDArray x) {
        return pass.value(weight, x);
    }

    NDArray bias(Pass pass, NDArray x) {
        return pass.value(bias, x);
    }

    double epsilon() {
        return epsilon;
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        return kernel.call(pass.training(), x, weight(pass, x), bias(pass, x));
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }
}
