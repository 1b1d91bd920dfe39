// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * One Swin block: (batch, h, w, d) → (batch, h, w, d).
 *
 * <p>V1: x + attn(norm1(x)), then x + mlp(norm2(x)) (arXiv 2103.14030, eq. 3). V2: x +
 * norm1(attn(x)), then x + norm2(mlp(x)). Where the configuration asks for it, {@code norm3}
 * follows on the main branch. Children {@code norm1}, {@code attn}, {@code norm2}, {@code mlp}.
 */
public final class SwinBlock extends UnaryModule {

    private static final Kernel SUM =
            Kernel.of(SwinBlock.class, "residual.py", Map.of("dropping", false));
    private static final Kernel DROPPING_SUM =
            Kernel.of(SwinBlock.class, "residual.py", Map.of("dropping", true));

    private final SwinConfig config;
    private final int position;
    private final boolean normFirst;
    private final Norm norm1;
    private final WindowAttention attn;
    private final Norm norm2;
    private final Mlp mlp;
    private final Norm norm3;

    /**
     * Creates the block.
     *
     * @param config the backbone's configuration
     * @param stage counted from 0
     * @param block counted from 0 within the stage
     */
    public SwinBlock(SwinConfig config, int stage, int block) {
        this(config, stage, block, new WindowTables());
    }

    SwinBlock(SwinConfig config, int stage, int block, WindowTables tables) {
        this.config = config;
        position = block + config.depths().stream().limit(stage).mapToInt(Integer::intValue).sum();
        normFirst = config.normPlacement() == NormPlacement.PRE;
        int channels = config.stageWidth(stage);
        // Each V2 block starts as the identity.
        Initializer weightStart = normFirst ? Initializers.ONES : Initializers.ZEROS;
        norm1 = child("norm1", new Norm(channels, config.normEpsilon(), weightStart));
        attn = child("attn", new WindowAttention(config, stage, block, tables));
        norm2 = child("norm2", new Norm(channels, config.normEpsilon(), weightStart));
        mlp = child("mlp", new Mlp(channels, (int) (channels * config.mlpRatio())));
        boolean extra = config.extraNormEvery() > 0 && (block + 1) % config.extraNormEvery() == 0;
        norm3 = extra ? child("norm3", new Norm(channels, config.normEpsilon())) : null;
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        return pass.part(Recomputation.Unit.BLOCK, this, x, this::compute);
    }

    private NDArray compute(Pass pass, NDArray x) {
        NDArray middle = residual(pass, x, norm1, attn, 2 * position);
        NDArray y;
        try (middle) {
            y = residual(pass, middle, norm2, mlp, 2 * position + 1);
        }
        if (norm3 == null) {
            return y;
        }
        try (y) {
            return norm3.apply(pass, y);
        }
    }

    private NDArray residual(Pass pass, NDArray x, Norm norm, Branch body, int branch) {
        if (pass.prepacked()) {
            return body.addTo(pass, x, norm, normFirst);
        }
        UnaryModule first = normFirst ? norm : body;
        UnaryModule second = normFirst ? body : norm;
        try (NDArray inner = first.apply(pass, x);
                NDArray outer = second.apply(pass, inner)) {
            if (!pass.dropPath().isActive()) {
                return SUM.call(pass.training(), x, outer, x);
            }
            try (NDArray keep = pass.dropPath().branch(branch)) {
                return DROPPING_SUM.call(pass.training(), x, outer, keep);
            }
        }
    }

    @Override
    DropPath drawDropPath(NDArray x, long seed) {
        return drawDropPath(config, x, seed);
    }

    static DropPath drawDropPath(SwinConfig config, NDArray x, long seed) {
        NDManager manager = x.getManager();
        return DropPath.draw(manager, config, (int) x.getShape().get(0), seed);
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }
}
