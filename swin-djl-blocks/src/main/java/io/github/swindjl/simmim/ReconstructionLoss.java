// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.simmim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * The mean absolute difference over hidden pixels, in float32. The mean is over all hidden pixels
 * of a batch, however many each picture has.
 *
 * <p>Immutable, thread-safe.
 */
public final class ReconstructionLoss {

    private final Kernel kernel;

    /**
     * Creates a loss.
     *
     * @param patchSize side of a patch, pixels
     * @param accumulate forward passes whose mean is one update's loss
     */
    public ReconstructionLoss(int patchSize, int accumulate) {
        kernel =
                Kernel.of(
                        ReconstructionLoss.class,
                        "reconstruction_loss.py",
                        Map.of("patch", patchSize, "share", 1.0 / accumulate));
    }

    /**
     * Computes the mean over a batch.
     *
     * @param guessed (batch, channels, height, width)
     * @param target the same shape
     * @param mask (batch, rows, columns) of patches, 1 where they are hidden
     * @param scale scalar that the first result is multiplied by
     * @return two scalars with the first manager: the update's share of the loss, scaled, to be
     *     differentiated; and the loss itself
     */
    public NDList of(NDArray guessed, NDArray target, NDArray mask, NDArray scale) {
        return kernel.callAll(true, guessed, target, mask, scale);
    }
}
