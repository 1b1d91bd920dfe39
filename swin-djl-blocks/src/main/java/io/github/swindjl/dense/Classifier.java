// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.UnaryModule;

/**
 * Logits of each position: (batch, channels, h, w) → (batch, classes, h, w), in training after
 * dropping channels.
 *
 * <p>Parameters {@code weight} (classes, channels, 1, 1) and {@code bias} (classes).
 */
final class Classifier extends UnaryModule {

    private final ChannelDropout dropout;
    private final Convolution convolution;

    Classifier(long channels, long classes, ChannelDropout dropout) {
        this.dropout = dropout;
        convolution = child("", Convolution.classifier(channels, classes));
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        if (!pass.training()) {
            return convolution.apply(pass, x);
        }
        try (NDArray left = dropout.apply(pass, x)) {
            return convolution.apply(pass, left);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return convolution.outputShape(input);
    }
}
