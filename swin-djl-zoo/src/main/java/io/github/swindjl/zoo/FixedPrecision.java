// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.kernels.Precision;

/** A network that computes in a precision of its own where the caller names none. */
final class FixedPrecision extends AbstractBlock {

    private final Block network;
    private final Precision precision;

    private FixedPrecision(Block network, Precision precision) {
        // Without a name of its own, so that parameters keep theirs.
        this.network = addChildBlock("", network);
        this.precision = precision;
    }

    /** Returns the block that predicts in a precision; for float32 the network itself. */
    static Block of(Block network, Precision precision) {
        return precision == Precision.FP32 ? network : new FixedPrecision(network, precision);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        boolean silent = params == null || params.isEmpty();
        return network.forward(
                store, inputs, training, silent ? ForwardOptions.of(precision) : params);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return network.getOutputShapes(inputShapes);
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        network.initialize(manager, dataType, inputShapes);
    }
}
