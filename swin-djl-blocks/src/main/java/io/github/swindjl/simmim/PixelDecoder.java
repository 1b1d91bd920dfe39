// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.simmim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.UnaryModule;
import io.github.swindjl.kernels.PrecisionKernels;
import java.util.Map;

/**
 * A linear layer that makes each token a square of pixels: (batch, rows, columns, d) → (batch,
 * channels, rows · stride, columns · stride). It is the official 1x1 convolution and pixel shuffle
 * in one.
 *
 * <p>Parameters {@code weight} (channels · stride², d, 1, 1) and {@code bias}.
 */
final class PixelDecoder extends UnaryModule {

    private final long channels;
    private final long stride;
    private final Parameter weight;
    private final Parameter bias;
    private final PrecisionKernels kernels;

    PixelDecoder(long width, long channels, long stride) {
        this.channels = channels;
        this.stride = stride;
        long outputs = channels * stride * stride;
        weight =
                parameter(
                        "weight",
                        Parameter.Type.WEIGHT,
                        Initializers.uniform(width),
                        outputs,
                        width,
                        1,
                        1);
        bias = parameter("bias", Parameter.Type.BIAS, Initializers.uniform(width), outputs);
        kernels =
                new PrecisionKernels(
                        PixelDecoder.class,
                        "pixel_decoder.py",
                        Map.of("channels", channels, "stride", stride));
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        return kernels.in(pass.precision())
                .call(pass.training(), x, pass.value(weight, x), pass.value(bias, x));
    }

    @Override
    public Shape outputShape(Shape input) {
        return new Shape(input.get(0), channels, input.get(1) * stride, input.get(2) * stride);
    }
}
