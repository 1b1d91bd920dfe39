// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.UnaryModule;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * Batch normalisation followed by ReLU, in float32 whatever the precision.
 *
 * <p>In training each channel is normalised by its mean and variance over the batch that the device
 * sees, which also move the running statistics by a tenth; in inference by those. Parameters {@code
 * weight}, {@code bias}, {@code running_mean} and {@code running_var}, all (channels); the last two
 * have no gradient.
 */
final class BatchNorm extends UnaryModule {

    private static final Map<String, Double> EPSILON = Map.of("epsilon", 1e-5);
    private static final Kernel TRAIN =
            Kernel.of(
                    BatchNorm.class,
                    "batch_norm_train.py",
                    Map.of("epsilon", EPSILON.get("epsilon"), "momentum", 0.1));
    private static final Kernel INFER = Kernel.of(BatchNorm.class, "batch_norm.py", EPSILON);

    private final Parameter weight;
    private final Parameter bias;
    private final Parameter mean;
    private final Parameter variance;

    BatchNorm(long channels) {
        weight = parameter("weight", Parameter.Type.GAMMA, Initializer.ONES, channels);
        bias = parameter("bias", Parameter.Type.BETA, Initializer.ZEROS, channels);
        mean = parameter("running_mean", Parameter.Type.RUNNING_MEAN, Initializer.ZEROS, channels);
        variance = parameter("running_var", Parameter.Type.RUNNING_VAR, Initializer.ONES, channels);
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        if (pass.training()) {
            checkValues(x.getShape());
        }
        return (pass.training() ? TRAIN : INFER)
                .call(
                        pass.training(),
                        x,
                        pass.value(weight, x),
                        pass.value(bias, x),
                        pass.value(mean, x),
                        pass.value(variance, x));
    }

    private static void checkValues(Shape shape) {
        if (shape.size() / shape.get(1) < 2) {
            throw new IllegalArgumentException(
                    "Batch normalisation needs at least 2 values for each channel in training,"
                            + " found a map of "
                            + shape
                            + ": give at least 2 pictures to a batch.");
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }
}
