// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import ai.djl.util.PairList;
import io.github.swindjl.kernels.Precision;
import java.util.concurrent.atomic.AtomicLong;

/** What the blocks of this package share: one array in, parameter shapes known at construction. */
abstract class SwinModule extends AbstractBlock {

    private static final byte VERSION = 1;

    private final AtomicLong unseededPasses = new AtomicLong();
    private final Freshness freshness = new Freshness(this);

    SwinModule() {
        super(VERSION);
    }

    /** Computes the outputs, new handles that the caller closes; the input stays open. */
    abstract NDList outputs(Pass pass, NDArray x);

    /** Returns the shapes of the outputs. */
    abstract Shape[] outputShapes(Shape input);

    /** Draws the dropped paths of a pass that enters the network at this block. */
    DropPath drawDropPath(NDArray x, long seed) {
        return DropPath.NONE;
    }

    final <B extends Block> B child(String name, B block) {
        return addChildBlock(name, block);
    }

    final Parameter parameter(
            String name, Parameter.Type type, Initializer initializer, long... shape) {
        return addParameter(
                Parameter.builder()
                        .setName(name)
                        .setType(type)
                        .optShape(new Shape(shape))
                        .optInitializer(initializer)
                        .build());
    }

    @Override
    protected final NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray x = inputs.singletonOrThrow();
        Precision precision = ForwardOptions.precision(params);
        if (!training) {
            boolean prepacked =
                    ForwardOptions.mayPrepack(params)
                            && Prepacked.suits(x.getDevice(), precision, freshness.bytes());
            Freshness.State state = freshness.state(store, x.getDevice());
            return outputs(new Pass(store, false, precision, DropPath.NONE, state, prepacked), x);
        }
        try (DropPath dropPath = seeded(x, params)) {
            return outputs(new Pass(store, true, precision, dropPath, null, false), x);
        }
    }

    private DropPath seeded(NDArray x, PairList<String, Object> params) {
        Long seed = ForwardOptions.dropPathSeed(params);
        return drawDropPath(x, seed == null ? unseededPasses.getAndIncrement() : seed);
    }

    @Override
    public final Shape[] getOutputShapes(Shape[] inputShapes) {
        return outputShapes(inputShapes[0]);
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        for (Pair<String, Block> child : getChildren()) {
            child.getValue().initialize(manager, dataType, inputShapes);
        }
    }
}
