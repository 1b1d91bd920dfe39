// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.simmim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinModule;

/**
 * A Swin Transformer that guesses hidden parts of pictures. Inputs: the pictures (batch, channels,
 * height, width), normalised, and the mask (batch, height / patch, width / patch), 1 where a patch
 * is hidden and 0 elsewhere, both float32; without a mask nothing is hidden. Output: the guessed
 * pictures (batch, channels, height, width). All patches, hidden or not, go through the network.
 *
 * <p>Parameters have the names of the official checkpoints: the backbone's below {@code encoder},
 * with {@code encoder.mask_token} and {@code encoder.norm.*}, and {@code decoder.0.weight}, {@code
 * decoder.0.bias}.
 */
public final class SimMim extends SwinModule {

    private final SwinConfig config;
    private final MaskedEncoder encoder;
    private final PixelDecoder decoder;

    /**
     * Creates the network.
     *
     * @param config the backbone's configuration
     */
    public SimMim(SwinConfig config) {
        this.config = config;
        encoder = child("encoder", new MaskedEncoder(config));
        decoder =
                child(
                        "decoder.0",
                        new PixelDecoder(
                                config.stageWidth(config.stages() - 1),
                                config.channels(),
                                stride(config)));
    }

    /**
     * Returns the side of the square of pixels that one token of the last stage stands for.
     *
     * @param config a backbone's configuration
     * @return pixels; the sides of pictures must be its multiples
     */
    public static int stride(SwinConfig config) {
        return config.patchSize() << (config.stages() - 1);
    }

    /**
     * Returns the configuration.
     *
     * @return the configuration this network was built from
     */
    public SwinConfig config() {
        return config;
    }

    @Override
    protected NDList outputs(Pass pass, NDList inputs) {
        if (inputs.size() == 1) {
            return outputs(pass, inputs.singletonOrThrow());
        }
        NDArray x = inputs.get(0);
        NDArray mask = inputs.get(1);
        checkPictures(x.getShape());
        Shape expected =
                new Shape(
                        x.getShape().get(0),
                        x.getShape().get(2) / config.patchSize(),
                        x.getShape().get(3) / config.patchSize());
        if (inputs.size() > 2 || !mask.getShape().equals(expected)) {
            throw new IllegalArgumentException(
                    "SimMIM takes pictures and a mask of their patches; with pictures of "
                            + x.getShape()
                            + " the mask must have the shape "
                            + expected
                            + ", found "
                            + mask.getShape());
        }
        try (NDArray tokens = encoder.apply(pass, x, mask)) {
            return new NDList(decoder.apply(pass, tokens));
        }
    }

    @Override
    public NDList outputs(Pass pass, NDArray x) {
        checkPictures(x.getShape());
        try (NDArray tokens = encoder.apply(pass, x)) {
            return new NDList(decoder.apply(pass, tokens));
        }
    }

    private void checkPictures(Shape pictures) {
        int stride = stride(config);
        if (pictures.dimension() != 4
                || pictures.get(2) % stride != 0
                || pictures.get(3) % stride != 0) {
            throw new IllegalArgumentException(
                    "SimMIM guesses squares of "
                            + stride
                            + " pixels, so pictures (batch, channels, height, width) must have"
                            + " sides that are its multiples, found "
                            + pictures);
        }
    }

    @Override
    public Shape[] outputShapes(Shape input) {
        return new Shape[] {decoder.outputShape(encoder.outputShape(input))};
    }
}
