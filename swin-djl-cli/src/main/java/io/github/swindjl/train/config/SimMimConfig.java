// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.MaskGenerator;
import io.github.swindjl.simmim.LocalNormalization;
import io.github.swindjl.simmim.SimMim;
import java.util.Optional;

/**
 * What the task {@code simmim} adds to a run.
 *
 * @param maskCell side of the cells that are hidden or shown as a whole, pixels
 * @param maskRatio share of the cells to hide
 * @param targetWindow side of the square whose mean and deviation normalise each pixel of the
 *     target, 0 for the picture as it is
 * @param heldOut share of the pictures to validate on where the data has none apart
 */
public record SimMimConfig(int maskCell, double maskRatio, int targetWindow, double heldOut) {

    public SimMimConfig {
        Check.atLeast("mask_cell", maskCell, 1);
        Check.within("mask_ratio", maskRatio, Double.MIN_VALUE, 1);
        Check.atLeast("target_window", targetWindow, 0);
        if (targetWindow > 0) {
            Check.valid("target_window", targetWindow, LocalNormalization::new);
        }
        Check.within("held_out", heldOut, Double.MIN_VALUE, 0.9);
    }

    /**
     * Returns what hides parts of a network's pictures.
     *
     * @param network the network's configuration
     * @return the generator
     * @throws ConfigException if pictures, cells and patches do not divide each other
     */
    public MaskGenerator masks(SwinConfig network) {
        int side = network.imageHeight();
        int stride = SimMim.stride(network);
        if (side != network.imageWidth() || side % stride != 0) {
            throw new ConfigException(
                            "image_height",
                            "found pictures of "
                                    + network.imageWidth()
                                    + "x"
                                    + side
                                    + ", but SimMIM takes square ones whose side is a multiple of "
                                    + stride
                                    + " pixels")
                    .within("overrides")
                    .within("model");
        }
        try {
            return new MaskGenerator(side, maskCell, network.patchSize(), maskRatio);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("mask_cell", e.getMessage()).within("simmim");
        }
    }

    /**
     * Returns what normalises the target.
     *
     * @return the normalisation, or nothing if the target is the picture as it is
     */
    public Optional<LocalNormalization> target() {
        return targetWindow == 0
                ? Optional.empty()
                : Optional.of(new LocalNormalization(targetWindow));
    }
}
