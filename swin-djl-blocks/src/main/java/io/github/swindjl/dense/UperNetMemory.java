// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import io.github.swindjl.blocks.ActivationMemory;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Precision;

/**
 * The bytes that a {@link UperNet}'s heads and loss hold in a training pass, counted from the
 * arrays that the kernels' operations keep for their gradients.
 */
public final class UperNetMemory {

    private static final int FLOAT = Float.BYTES;

    /** Positions of a 3x3 convolution. */
    private static final int TAPS = 9;

    /** The main loss and the auxiliary head's, both of logits in full size. */
    private static final int LOSSES = 2;

    private UperNetMemory() {}

    /**
     * Counts.
     *
     * @param config the network, whose backbone's picture size is that of the pass
     * @param batch pictures in a pass
     * @param precision of the heavy products
     * @return what the head holds
     */
    public static ActivationMemory.Head of(UperNetConfig config, int batch, Precision precision) {
        SwinConfig backbone = config.backbone();
        boolean low = precision != Precision.FP32;
        int width = low ? Short.BYTES : FLOAT;
        int copy = low ? Short.BYTES : 0;
        int last = backbone.stages() - 1;
        long pixels = (long) batch * backbone.imageHeight() * backbone.imageWidth();
        long channels = config.channels();
        long tap = TAPS * channels * channels;

        long saved = 0;
        long maps = 0;
        for (int level = 0; level <= last; level++) {
            long tokens = batch * backbone.grid(level).tokens();
            long map = tokens * backbone.stageWidth(level);
            long own = tokens * channels;
            maps += FLOAT * map;
            // Channels first, and as what convolutions multiply.
            saved += (FLOAT + copy) * map;
            if (level < last) {
                // The norm's input; lateral and smoothing convolution, each before and after its
                // activation, and their inputs.
                saved += FLOAT * map + (4 * FLOAT + width) * own;
            } else {
                saved += 2 * FLOAT * own;
            }
            // The joined map's part, and the weights of one level and of a pooled one.
            saved += copy * own + 2 * width * tap;
        }
        long fused = batch * backbone.grid(0).tokens() * channels;
        saved += (2 * FLOAT + width) * fused;
        long auxiliary = batch * backbone.grid(last - 1).tokens() * config.auxiliaryChannels();
        saved += (2 * FLOAT + width) * auxiliary;
        long logits = FLOAT * pixels * config.classes();
        saved += LOSSES * logits + Long.BYTES * pixels;

        // Gradients of the loss's two arrays; or, when these are gone, of the last join: its result
        // on both sides of norm and activation, of its first part, and of the next level's taps.
        long join = FLOAT * fused * 7;
        return new ActivationMemory.Head(
                saved, Math.max(LOSSES * logits, join - LOSSES * logits), maps);
    }
}
