// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * Cross-entropy in float32 against labels of which a share is spread over all classes. Immutable,
 * thread-safe.
 */
public final class SmoothedCrossEntropy {

    private final Kernel kernel;

    /**
     * Creates a loss.
     *
     * @param smoothing probability spread over all classes, from 0 to 1
     * @param accumulate forward passes whose mean is one update's loss
     */
    public SmoothedCrossEntropy(double smoothing, int accumulate) {
        kernel =
                Kernel.of(
                        SmoothedCrossEntropy.class,
                        "smoothed_cross_entropy.py",
                        Map.of("smoothing", smoothing, "share", 1.0 / accumulate));
    }

    /**
     * Computes the mean over a batch.
     *
     * @param logits shape (N, classes)
     * @param labels shape (N), int64, each from 0 to classes - 1
     * @param scale scalar that the first result is multiplied by
     * @return two scalars with the logits' manager: the update's share of the loss, scaled, to be
     *     differentiated; and the loss itself
     */
    public NDList of(NDArray logits, NDArray labels, NDArray scale) {
        return kernel.callAll(true, logits, labels, scale);
    }
}
