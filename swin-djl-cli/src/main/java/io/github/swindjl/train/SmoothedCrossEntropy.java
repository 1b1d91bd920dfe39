// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * Cross-entropy in float32, against labels of which a share is spread over all classes, or against
 * soft targets. Immutable, thread-safe.
 */
public final class SmoothedCrossEntropy {

    private final Kernel hard;
    private final Kernel soft;
    private final double smoothing;

    /**
     * Creates a loss.
     *
     * @param smoothing probability spread over all classes, from 0 to 1
     * @param accumulate forward passes whose mean is one update's loss
     */
    public SmoothedCrossEntropy(double smoothing, int accumulate) {
        this.smoothing = smoothing;
        double share = 1.0 / accumulate;
        hard =
                Kernel.of(
                        SmoothedCrossEntropy.class,
                        "smoothed_cross_entropy.py",
                        Map.of("smoothing", smoothing, "share", share));
        soft =
                Kernel.of(
                        SmoothedCrossEntropy.class,
                        "soft_cross_entropy.py",
                        Map.of("share", share));
    }

    /**
     * Returns soft targets of samples that were mixed in pairs, as timm makes them: each side is
     * smoothed by this loss's smoothing, then the two are added by their weights.
     *
     * @param labels shape (N), int64, the classes of the first sides
     * @param partners shape (N), int64, the classes of the second sides
     * @param weights shape (N), float32, the share of the first side in each sample, 0 to 1
     * @param classes number of classes
     * @return shape (N, classes), float32, with the labels' manager
     */
    public NDArray mixedTargets(NDArray labels, NDArray partners, NDArray weights, int classes) {
        double off = smoothing / classes;
        Kernel mix =
                Kernel.of(
                        SmoothedCrossEntropy.class,
                        "mixed_targets.py",
                        Map.of("classes", classes, "off", off, "on", 1 - smoothing + off));
        return mix.call(false, labels, partners, weights);
    }

    /**
     * Computes the mean over a batch.
     *
     * @param logits shape (N, classes)
     * @param target labels of shape (N), int64, each from 0 to classes - 1; or soft targets of
     *     shape (N, classes), float32, which are taken as they are
     * @param scale scalar that the first result is multiplied by
     * @return two scalars with the logits' manager: the update's share of the loss, scaled, to be
     *     differentiated; and the loss itself
     */
    public NDList of(NDArray logits, NDArray target, NDArray scale) {
        Kernel kernel = target.getShape().dimension() == 1 ? hard : soft;
        return kernel.callAll(true, logits, target, scale);
    }
}
