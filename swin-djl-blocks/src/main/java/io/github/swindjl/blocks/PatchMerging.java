// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.window.Grid;
import java.util.Map;

/**
 * Joins each 2x2 square of tokens: (batch, h, w, d) → (batch, h/2, w/2, 2d), odd sides padded.
 *
 * <p>Children {@code reduction} (weight (2d, 4d)) and {@code norm}: over 4d before the reduction in
 * V1, over 2d after it in V2.
 */
public final class PatchMerging extends UnaryModule {

    private static final Kernel GATHER =
            Kernel.of(PatchMerging.class, "patch_merging.py", Map.of());

    private final boolean normFirst;
    private final boolean strict;
    private final int channels;
    private final Linear reduction;
    private final Norm norm;

    /**
     * Creates the block.
     *
     * @param config the backbone's configuration
     * @param stage the stage it follows, counted from 0
     */
    public PatchMerging(SwinConfig config, int stage) {
        normFirst = config.normPlacement() == NormPlacement.PRE;
        strict = config.edges() == Edges.STRICT;
        channels = config.stageWidth(stage);
        reduction = child("reduction", new Linear(4L * channels, 2L * channels, false));
        norm = child("norm", new Norm((normFirst ? 4L : 2L) * channels, config.normEpsilon()));
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        Shape shape = x.getShape();
        if (strict && (shape.get(1) % 2 != 0 || shape.get(2) % 2 != 0)) {
            throw new IllegalArgumentException(
                    "Patch merging needs even sides, found a token map of "
                            + shape
                            + ": resize the image, or build the network with edges PAD.");
        }
        return pass.between(this, x, this::compute);
    }

    private NDArray compute(Pass pass, NDArray x) {
        UnaryModule first = normFirst ? norm : reduction;
        UnaryModule second = normFirst ? reduction : norm;
        try (NDArray gathered = GATHER.call(pass.training(), x);
                NDArray middle = first.apply(pass, gathered)) {
            return second.apply(pass, middle);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        Grid grid = new Grid((int) input.get(1), (int) input.get(2)).merged();
        return new Shape(input.get(0), grid.height(), grid.width(), 2L * channels);
    }
}
