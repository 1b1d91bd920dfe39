// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.UnaryModule;

/**
 * Convolution without bias, batch normalisation and ReLU: (batch, in, h, w) → (batch, out, h, w).
 *
 * <p>Children {@code conv} and {@code bn}.
 */
final class ConvModule extends UnaryModule {

    private final Convolution conv;
    private final BatchNorm bn;

    ConvModule(long inputs, long outputs, long side) {
        conv = child("conv", Convolution.normed(inputs, outputs, side));
        bn = child("bn", new BatchNorm(outputs));
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        try (NDArray y = conv.apply(pass, x)) {
            return bn.apply(pass, y);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return conv.outputShape(input);
    }
}
