// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.UnaryModule;

/**
 * The auxiliary head, a fully convolutional network of one layer: (batch, d, h, w) → (batch,
 * classes, h, w).
 *
 * <p>Children {@code convs.0} and {@code conv_seg}.
 */
final class FcnHead extends UnaryModule {

    private final ConvModule conv;
    private final Classifier classifier;

    FcnHead(long inputs, UperNetConfig config) {
        int channels = config.auxiliaryChannels();
        conv = child("convs.0", new ConvModule(inputs, channels, 3));
        ChannelDropout dropout = new ChannelDropout(config.dropout(), 1);
        classifier = child("conv_seg", new Classifier(channels, config.classes(), dropout));
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        try (NDArray y = conv.apply(pass, x)) {
            return classifier.apply(pass, y);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return classifier.outputShape(input);
    }
}
