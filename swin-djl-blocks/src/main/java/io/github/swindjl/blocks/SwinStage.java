// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of one resolution: (batch, h, w, d) → (batch, h, w, d).
 *
 * <p>Children {@code blocks.0}, {@code blocks.1}, … and, for all stages but the last, {@code
 * downsample}, which {@link SwinBackbone} applies between stages.
 */
public final class SwinStage extends UnaryModule {

    private final SwinConfig config;
    private final List<SwinBlock> blocks = new ArrayList<>();
    private final PatchMerging downsample;

    /**
     * Creates the stage.
     *
     * @param config the backbone's configuration
     * @param stage counted from 0
     */
    public SwinStage(SwinConfig config, int stage) {
        this.config = config;
        WindowTables tables = new WindowTables();
        for (int block = 0; block < config.depths().get(stage); block++) {
            blocks.add(child("blocks." + block, new SwinBlock(config, stage, block, tables)));
        }
        downsample =
                stage < config.stages() - 1
                        ? child("downsample", new PatchMerging(config, stage))
                        : null;
    }

    /** Returns the patch merging after this stage, or null after the last. */
    PatchMerging downsample() {
        return downsample;
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        return pass.part(Recomputation.Unit.STAGE, this, x, this::compute);
    }

    private NDArray compute(Pass pass, NDArray x) {
        NDArray map = blocks.get(0).apply(pass, x);
        for (SwinBlock block : blocks.subList(1, blocks.size())) {
            try (NDArray former = map) {
                map = block.apply(pass, former);
            }
        }
        return map;
    }

    @Override
    DropPath drawDropPath(NDArray x, long seed) {
        return SwinBlock.drawDropPath(config, x, seed);
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }
}
