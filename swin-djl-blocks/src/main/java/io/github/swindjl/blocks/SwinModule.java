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

/**
 * What the blocks of a network share: one array in, parameter shapes known at construction.
 *
 * <p>Inference is thread-safe; initialising, loading and training need one thread.
 */
public abstract class SwinModule extends AbstractBlock {

    private static final byte VERSION = 1;

    private final AtomicLong unseededPasses = new AtomicLong();
    private final Freshness freshness = new Freshness(this);

    /** Creates a block without children or parameters. */
    protected SwinModule() {
        super(VERSION);
    }

    /**
     * Computes the outputs.
     *
     * @param pass the forward pass
     * @param x the input, which stays open
     * @return the outputs, new handles that the caller closes
     */
    public abstract NDList outputs(Pass pass, NDArray x);

    /**
     * Computes the outputs from all inputs; only networks with more than one override it.
     *
     * @param pass the forward pass
     * @param inputs the inputs, which stay open; the first one decides device and batch size
     * @return the outputs, new handles that the caller closes
     */
    protected NDList outputs(Pass pass, NDList inputs) {
        return outputs(pass, inputs.singletonOrThrow());
    }

    /**
     * Returns the shapes of the outputs in inference.
     *
     * @param input the shape of the input
     * @return the shapes
     */
    public abstract Shape[] outputShapes(Shape input);

    /** Draws the dropped paths of a pass that enters the network at this block. */
    DropPath drawDropPath(NDArray x, long seed) {
        for (Block child : getChildren().values()) {
            if (child instanceof SwinModule module) {
                DropPath drawn = module.drawDropPath(x, seed);
                if (drawn.isActive()) {
                    return drawn;
                }
            }
        }
        return DropPath.NONE;
    }

    /**
     * Adds a child.
     *
     * @param <B> its class
     * @param name its part of the parameters' names; empty if its parameters belong to this block
     * @param block the child
     * @return the child
     */
    protected final <B extends Block> B child(String name, B block) {
        return addChildBlock(name, block);
    }

    /**
     * Adds a parameter.
     *
     * @param name the last part of its name
     * @param type what it is; running statistics have no gradient
     * @param initializer how it starts
     * @param shape its shape
     * @return the parameter
     */
    protected final Parameter parameter(
            String name, Parameter.Type type, Initializer initializer, long... shape) {
        return addParameter(
                Parameter.builder()
                        .setName(name)
                        .setType(type)
                        .optShape(new Shape(shape))
                        .optInitializer(initializer)
                        .optRequiresGrad(
                                type != Parameter.Type.RUNNING_MEAN
                                        && type != Parameter.Type.RUNNING_VAR)
                        .build());
    }

    @Override
    protected final NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray x = inputs.head();
        Precision precision = ForwardOptions.precision(params);
        if (!training) {
            boolean prepacked =
                    ForwardOptions.mayPrepack(params)
                            && Prepacked.suits(x.getDevice(), precision, freshness.bytes());
            Freshness.State state = freshness.state(store, x.getDevice());
            return outputs(Pass.inference(store, precision, state, prepacked), inputs);
        }
        Long given = ForwardOptions.dropPathSeed(params);
        long seed = given == null ? unseededPasses.getAndIncrement() : given;
        Recomputation recomputation = ForwardOptions.recomputation(params);
        boolean deterministic = ForwardOptions.isDeterministic(params);
        if (recomputation != null) {
            return train(store, precision, seed, recomputation, deterministic, inputs);
        }
        try (Recomputation none = new Recomputation(Recomputation.Unit.NONE)) {
            return train(store, precision, seed, none, deterministic, inputs);
        }
    }

    private NDList train(
            ParameterStore store,
            Precision precision,
            long seed,
            Recomputation recomputation,
            boolean deterministic,
            NDList inputs) {
        DropPath dropPath = recomputation.own(drawDropPath(inputs.head(), seed));
        return outputs(
                Pass.training(store, precision, seed, dropPath, recomputation, deterministic),
                inputs);
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
