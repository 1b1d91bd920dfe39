// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.window.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Everything before the head: (batch, channels, height, width), float32 and normalised → the last
 * stage's map (batch, h, w, d), not normalised.
 *
 * <p>Children {@code patch_embed}, {@code layers.0}, {@code layers.1}, …; parameter {@code
 * absolute_pos_embed} (1, tokens, width) where configured.
 */
public final class SwinBackbone extends UnaryModule {

    private final SwinConfig config;
    private final PatchEmbedding patchEmbedding;
    private final Parameter absolutePosition;
    private final List<SwinStage> stages = new ArrayList<>();

    /**
     * Creates the backbone.
     *
     * @param config its configuration
     */
    public SwinBackbone(SwinConfig config) {
        this.config = config;
        Grid grid = config.grid(0);
        absolutePosition =
                config.absolutePosition()
                        ? parameter(
                                "absolute_pos_embed",
                                Parameter.Type.OTHER,
                                Initializers.NORMAL,
                                1,
                                grid.tokens(),
                                config.width())
                        : null;
        patchEmbedding = child("patch_embed", new PatchEmbedding(config));
        for (int stage = 0; stage < config.stages(); stage++) {
            stages.add(child("layers." + stage, new SwinStage(config, stage)));
        }
    }

    /**
     * Returns the configuration.
     *
     * @return the configuration this backbone was built from
     */
    public SwinConfig config() {
        return config;
    }

    /** Receives the map of each stage before it is merged, and does not close it. */
    interface Visitor {
        void visit(int stage, NDArray map);
    }

    /**
     * Computes the stages up to one; returns its map, a new handle that the caller closes.
     *
     * @param last the last stage that is needed, counted from 0
     */
    NDArray apply(Pass pass, NDArray x, int last, Visitor visitor) {
        return apply(pass, patchEmbedding.apply(pass, x), x, last, visitor);
    }

    /**
     * Computes all stages from patches of which some are changed, as masked image modelling does.
     *
     * @param pass the forward pass
     * @param x the pictures, which stay open
     * @param change gets the embedded patches (batch, rows, columns, width), without absolute
     *     position, leaves them open and returns a new handle on the changed ones
     * @return the last stage's map, a new handle that the caller closes
     */
    public NDArray apply(Pass pass, NDArray x, UnaryOperator<NDArray> change) {
        try (NDArray patches = patchEmbedding.apply(pass, x)) {
            return apply(pass, change.apply(patches), x, config.stages() - 1, (stage, map) -> {});
        }
    }

    /** Computes the stages from embedded patches, which this closes. */
    private NDArray apply(Pass pass, NDArray patches, NDArray x, int last, Visitor visitor) {
        NDArray map = addPosition(pass, patches, x);
        for (int index = 0; index <= last; index++) {
            SwinStage stage = stages.get(index);
            try (NDArray former = map) {
                map = stage.apply(pass, former);
            }
            visitor.visit(index, map);
            if (index < last) {
                try (NDArray former = map) {
                    map = stage.downsample().apply(pass, former);
                }
            }
        }
        return map;
    }

    private NDArray addPosition(Pass pass, NDArray patches, NDArray x) {
        if (absolutePosition == null) {
            return patches;
        }
        Grid grid = config.grid(0);
        Kernel kernel =
                Kernel.of(
                        SwinBackbone.class,
                        "absolute_position.py",
                        Map.of(
                                "height",
                                grid.height(),
                                "width",
                                grid.width(),
                                "deterministic",
                                pass.deterministic()));
        try (patches) {
            return kernel.call(pass.training(), patches, pass.value(absolutePosition, x));
        }
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        return apply(pass, x, config.stages() - 1, (stage, map) -> {});
    }

    @Override
    DropPath drawDropPath(NDArray x, long seed) {
        return SwinBlock.drawDropPath(config, x, seed);
    }

    /** Returns the shape of a stage's map. */
    Shape stageShape(Shape input, int stage) {
        Grid grid = config.patchGrid((int) input.get(2), (int) input.get(3));
        for (int s = 0; s < stage; s++) {
            grid = grid.merged();
        }
        return new Shape(input.get(0), grid.height(), grid.width(), config.stageWidth(stage));
    }

    @Override
    public Shape outputShape(Shape input) {
        return stageShape(input, config.stages() - 1);
    }
}
