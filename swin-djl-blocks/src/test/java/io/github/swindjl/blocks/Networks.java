// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.swindjl.Formula;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.window.WindowShrink;
import java.util.List;

/** Small networks with formula-filled parameters. */
final class Networks {

    static final int CLASSES = 5;

    private Networks() {}

    /**
     * Two stages of two blocks, windows of 4 that are never shrunk, on grids of 8x8 and 4x4 at
     * 32x32 pixels.
     */
    static SwinConfig.Builder small(int version) {
        return (version == 1 ? SwinConfig.v1() : SwinConfig.v2())
                .optImageSize(32, 32)
                .optWidth(8)
                .optStages(List.of(2, 2), List.of(2, 4))
                .optWindow(4)
                .optMlpRatio(2)
                .optShrink(WindowShrink.NEVER);
    }

    static SwinClassifier classifier(NDManager manager, SwinConfig config) {
        return filled(manager, new SwinClassifier(config, CLASSES), image(config, 1));
    }

    static <B extends Block> B filled(NDManager manager, B block, Shape input) {
        Formula.fill(block);
        block.initialize(manager, DataType.FLOAT32, input);
        return block;
    }

    static Shape image(SwinConfig config, int batch) {
        return new Shape(batch, config.channels(), config.imageHeight(), config.imageWidth());
    }

    static NDArray infer(Block block, NDArray x) {
        return forward(block, x, false, null);
    }

    /** By the kernels of training, which need not add in the same order. */
    static NDArray inferPlain(Block block, NDArray x) {
        return forward(block, x, false, ForwardOptions.plain(Precision.FP32));
    }

    static NDArray forward(
            Block block, NDArray x, boolean training, PairList<String, Object> params) {
        ParameterStore store = new ParameterStore(x.getManager(), false);
        return block.forward(store, new NDList(x), training, params).get(0);
    }
}
