// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.simmim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * Pictures normalised by mean and deviation of the square around each pixel, channel by channel: a
 * target that does not reward guessing brightness. Pixels beyond the edge do not count.
 *
 * <p>Immutable, thread-safe.
 */
public final class LocalNormalization {

    private final Kernel statistics;

    /**
     * Creates a normalisation.
     *
     * @param side of the square, pixels; odd and at least 3
     * @throws IllegalArgumentException if the side is even or too small
     */
    public LocalNormalization(int side) {
        if (side < 3 || side % 2 == 0) {
            throw new IllegalArgumentException(
                    "Local normalisation needs a square with an odd side of at least 3, found "
                            + side);
        }
        statistics =
                Kernel.of(LocalNormalization.class, "local_statistics.py", Map.of("side", side));
    }

    /**
     * Normalises pictures.
     *
     * @param pictures (batch, channels, height, width), which stay open
     * @return the same shape, with their manager; the caller closes it
     */
    public NDArray normalize(NDArray pictures) {
        try (NDList local = statistics.callAll(false, pictures)) {
            return pictures.sub(local.get(0)).divi(local.get(1));
        }
    }

    /**
     * Gives normalised pictures the brightness and contrast of others, to be looked at.
     *
     * @param normalized what a network that learnt from normalised pictures guessed; stays open
     * @param pictures the pictures it was asked about, which stay open
     * @return the same shape, with their manager; the caller closes it
     */
    public NDArray restore(NDArray normalized, NDArray pictures) {
        try (NDList local = statistics.callAll(false, pictures)) {
            return normalized.mul(local.get(1)).addi(local.get(0));
        }
    }
}
