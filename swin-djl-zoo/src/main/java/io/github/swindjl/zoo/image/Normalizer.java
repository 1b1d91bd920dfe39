// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns the bytes of pictures into the network's input, on its device. Immutable, thread-safe. */
public final class Normalizer {

    private final Kernel kernel;

    /**
     * Creates a normalizer.
     *
     * @param mean what is subtracted from red, green and blue in 0..1
     * @param std what the differences are divided by
     */
    public Normalizer(List<Float> mean, List<Float> std) {
        Map<String, Float> constants = new HashMap<>();
        for (int channel = 0; channel < Picture.CHANNELS; channel++) {
            constants.put("mean" + channel, mean.get(channel));
            constants.put("std" + channel, std.get(channel));
        }
        kernel = Kernel.of(Normalizer.class, "normalize.py", constants);
    }

    /**
     * Normalises pictures of one size.
     *
     * @param manager owner of the result, on whose device it is computed
     * @param pixels direct buffer of unsigned bytes, shape (count, height, width, 3); not needed
     *     any more when this returns
     * @param count number of pictures
     * @param height their height
     * @param width their width
     * @return float32, shape (count, 3, height, width); takes part in training and in inference
     */
    public NDArray input(NDManager manager, ByteBuffer pixels, int count, int height, int width) {
        Shape shape = new Shape(count, height, width, Picture.CHANNELS);
        try (NDManager temporary = manager.newSubManager()) {
            NDArray input = kernel.call(true, temporary.create(pixels, shape, DataType.UINT8));
            input.attach(manager);
            return input;
        }
    }
}
