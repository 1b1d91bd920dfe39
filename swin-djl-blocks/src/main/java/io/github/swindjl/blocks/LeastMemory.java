// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

/** What inference with a batch takes at the very least, so that what cannot fit is not begun. */
public final class LeastMemory {

    private LeastMemory() {}

    /**
     * Counts arrays that exist at the same time whatever a kernel does: a batch of normalised
     * pictures, what enters and what leaves a block of the first stage, and the largest position
     * bias. The true need is a few times as much.
     *
     * @param config the backbone
     * @param batch pictures per forward pass
     * @return bytes on the device
     */
    public static long of(SwinConfig config, int batch) {
        long pixels = (long) config.channels() * config.imageHeight() * config.imageWidth();
        long map = (long) config.grid(0).tokens() * config.width();
        double bias = 0;
        for (int stage = 0; stage < config.stages(); stage++) {
            double tokens = config.windowPlan(stage, 0).tokens();
            bias = Math.max(bias, config.heads().get(stage) * tokens * tokens);
        }
        // In floating point, because windows of a hundred thousand tokens have no count in a long.
        return (long) (Float.BYTES * (bias + (double) batch * (pixels + 2.0 * map)));
    }
}
