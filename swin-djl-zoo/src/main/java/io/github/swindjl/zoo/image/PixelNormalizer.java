// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Transfers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Turns pixels into a network's input on the device, so that only bytes travel there.
 *
 * <p>On a CPU the values equal those of {@link Preprocessing#normalized} to the last bit.
 * Immutable, thread-safe.
 */
public final class PixelNormalizer {

    private final Kernel kernel;

    /**
     * Creates a normaliser.
     *
     * @param mean of red, green and blue in 0..1
     * @param std divisors of red, green and blue
     */
    public PixelNormalizer(List<Float> mean, List<Float> std) {
        kernel =
                Kernel.of(
                        PixelNormalizer.class,
                        "normalize.py",
                        Map.of(
                                "mean_r", mean.get(0),
                                "mean_g", mean.get(1),
                                "mean_b", mean.get(2),
                                "std_r", std.get(0),
                                "std_g", std.get(1),
                                "std_b", std.get(2)));
    }

    /**
     * Normalises a batch.
     *
     * @param manager owner of the result, on the device of the network
     * @param pixels a direct buffer of N·height·width·3 unsigned bytes, red first; free to be
     *     reused when the method returns
     * @param batch number of pictures, N
     * @param height pixel rows
     * @param width pixel columns
     * @return (N, 3, height, width), float32; the caller closes it
     */
    public NDArray normalize(
            NDManager manager, ByteBuffer pixels, int batch, int height, int width) {
        Shape shape = new Shape(batch, height, width, Picture.CHANNELS);
        try (NDArray bytes = Transfers.show(manager, pixels, shape)) {
            return kernel.call(true, bytes);
        }
    }

    /**
     * Normalises one picture.
     *
     * @param manager owner of the result, on the device of the network
     * @param picture any picture
     * @return (1, 3, height, width), float32; the caller closes it
     */
    public NDArray normalize(NDManager manager, Picture picture) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(picture.rgb().length);
        pixels.put(picture.rgb()).flip();
        return normalize(manager, pixels, 1, picture.height(), picture.width());
    }
}
