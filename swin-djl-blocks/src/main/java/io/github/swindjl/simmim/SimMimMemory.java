// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.simmim;

import io.github.swindjl.blocks.ActivationMemory;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Precision;

/**
 * The bytes that {@link SimMim}'s decoder and loss hold in a training pass, counted from the arrays
 * that the kernels' operations keep for their gradients.
 */
public final class SimMimMemory {

    private static final int FLOAT = Float.BYTES;

    private SimMimMemory() {}

    /**
     * Counts.
     *
     * @param config the encoder's architecture
     * @param batch pictures in a pass
     * @param precision of the heavy products
     * @return what decoder and loss hold
     */
    public static ActivationMemory.Head of(SwinConfig config, int batch, Precision precision) {
        long stride = SimMim.stride(config);
        long map =
                batch
                        * (config.imageHeight() / stride)
                        * (config.imageWidth() / stride)
                        * config.stageWidth(config.stages() - 1);
        long pictures =
                (long) FLOAT
                        * batch
                        * config.channels()
                        * config.imageHeight()
                        * config.imageWidth();
        int width = precision == Precision.FP32 ? FLOAT : Short.BYTES;
        // The decoder's input; what is guessed, the target, and their difference.
        long saved = width * map + 3 * pictures;
        return new ActivationMemory.Head(saved, 2 * pictures, FLOAT * map);
    }
}
