// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * Swin Transformer for classification: (batch, channels, height, width), float32 and normalised →
 * logits (batch, classes), or pooled features (batch, d) without classes.
 *
 * <p>Parameters are the backbone's, then {@code norm.weight}, {@code norm.bias}, {@code
 * head.weight} and {@code head.bias}: the names of the official checkpoints, see {@link StateDict}.
 * The norm comes before the mean over tokens. No softmax is applied.
 */
public final class SwinClassifier extends UnaryModule {

    private static final Kernel MEAN = Kernel.of(SwinClassifier.class, "mean_pooling.py", Map.of());

    private final SwinBackbone backbone;
    private final int outputs;
    private final Norm norm;
    private final Linear head;

    /**
     * Creates the network.
     *
     * @param config the backbone's configuration
     * @param classes at least 0; 0 leaves the head away
     * @throws IllegalArgumentException if the number of classes is negative
     */
    public SwinClassifier(SwinConfig config, int classes) {
        if (classes < 0) {
            throw new IllegalArgumentException(
                    "The number of classes must not be negative, found " + classes);
        }
        int channels = config.stageWidth(config.stages() - 1);
        outputs = classes == 0 ? channels : classes;
        backbone = child("", new SwinBackbone(config));
        norm = child("norm", new Norm(channels, config.normEpsilon()));
        head = classes == 0 ? null : child("head", new Linear(channels, classes, true));
    }

    /**
     * Returns the backbone.
     *
     * @return the backbone
     */
    public SwinBackbone backbone() {
        return backbone;
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        try (NDArray map = backbone.apply(pass, x);
                NDArray normalised = norm.apply(pass, map)) {
            NDArray pooled = MEAN.call(pass.training(), normalised);
            if (head == null) {
                return pooled;
            }
            try (pooled) {
                return head.apply(pass, pooled);
            }
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return new Shape(input.get(0), outputs);
    }
}
