// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.window.Grid;
import java.util.Map;

/**
 * Cuts an image into patches and makes each a token: (batch, channels, height, width), float32 and
 * normalised → (batch, rows, columns, width of the first stage).
 *
 * <p>Children {@code proj} (weight (width, channels, patch, patch), bias) and, if configured,
 * {@code norm}. Any image of at least one patch works; see {@link Edges} for sides that do not
 * divide.
 */
public final class PatchEmbedding extends UnaryModule {

    private final SwinConfig config;
    private final Projection proj;
    private final Norm norm;

    /**
     * Creates the block.
     *
     * @param config the backbone's configuration
     */
    public PatchEmbedding(SwinConfig config) {
        this.config = config;
        proj = child("proj", new Projection(config));
        norm =
                config.patchNorm()
                        ? child("norm", new Norm(config.width(), config.normEpsilon()))
                        : null;
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        checkImage(x);
        return pass.between(this, x, this::compute);
    }

    private NDArray compute(Pass pass, NDArray x) {
        NDArray tokens = proj.apply(pass, x);
        if (norm == null) {
            return tokens;
        }
        try (tokens) {
            return norm.apply(pass, tokens);
        }
    }

    private void checkImage(NDArray x) {
        Shape shape = x.getShape();
        if (shape.dimension() != 4 || shape.get(1) != config.channels()) {
            throw new IllegalArgumentException(
                    "Images must have the shape (batch, "
                            + config.channels()
                            + ", height, width), found "
                            + shape);
        }
        if (x.getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException(
                    "Images must be normalised float32 arrays, found " + x.getDataType());
        }
        outputShape(shape);
    }

    @Override
    public Shape outputShape(Shape input) {
        Grid grid = config.patchGrid((int) input.get(2), (int) input.get(3));
        return new Shape(input.get(0), grid.height(), grid.width(), config.width());
    }

    /** The convolution that projects patches. */
    private static final class Projection extends UnaryModule {

        private final Parameter weight;
        private final Parameter bias;
        private final PassKernels kernels;

        Projection(SwinConfig config) {
            long patch = config.patchSize();
            long fanIn = config.channels() * patch * patch;
            weight =
                    parameter(
                            "weight",
                            Parameter.Type.WEIGHT,
                            Initializers.uniform(fanIn),
                            config.width(),
                            config.channels(),
                            patch,
                            patch);
            bias =
                    parameter(
                            "bias",
                            Parameter.Type.BIAS,
                            Initializers.uniform(fanIn),
                            config.width());
            kernels =
                    new PassKernels(
                            PatchEmbedding.class,
                            "patch_embedding.py",
                            Map.of("patch", patch, "pad", config.edges() == Edges.PAD));
        }

        @Override
        public NDArray apply(Pass pass, NDArray x) {
            return kernels.of(pass)
                    .call(pass.training(), x, pass.value(weight, x), pass.value(bias, x));
        }

        @Override
        public Shape outputShape(Shape input) {
            return input;
        }
    }
}
