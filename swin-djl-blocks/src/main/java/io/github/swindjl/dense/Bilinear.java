// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * Bilinear resizing of maps with half-pixel centres and without antialiasing, PyTorch's {@code
 * interpolate(..., mode="bilinear", align_corners=False)}. Thread-safe.
 */
public final class Bilinear {

    private static final Kernel RESIZE = Kernel.of(Bilinear.class, "resize.py", Map.of());

    private Bilinear() {}

    /**
     * Resizes maps.
     *
     * @param gradients whether to record for the backward pass
     * @param maps (batch, channels, rows, columns), which stay open
     * @param height rows of the result, at least 1
     * @param width columns of the result, at least 1
     * @return (batch, channels, height, width), with the manager of the maps; the caller closes it
     */
    public static NDArray resize(boolean gradients, NDArray maps, int height, int width) {
        try (NDManager cpu = maps.getManager().newSubManager(Device.cpu());
                NDArray size = cpu.create(new long[] {height, width})) {
            return RESIZE.call(gradients, maps, size);
        }
    }

    /** Returns maps plus others that are resized to their rows and columns. */
    static NDArray addResized(Pass pass, NDArray maps, NDArray others) {
        return Kernel.of(
                        Bilinear.class,
                        "add_resized.py",
                        Map.of("deterministic", pass.deterministic()))
                .call(pass.training(), maps, others);
    }
}
