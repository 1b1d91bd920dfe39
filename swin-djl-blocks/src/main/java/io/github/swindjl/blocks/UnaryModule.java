// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * A block with one output.
 *
 * <p>Inside the network blocks call each other's {@link #apply}; DJL's {@code forward} is for the
 * outside, because it checks the whole tree for initialised parameters at every call.
 */
public abstract class UnaryModule extends SwinModule {

    /** Creates a block without children or parameters. */
    protected UnaryModule() {}

    /**
     * Computes the block.
     *
     * @param pass the forward pass
     * @param x the input, which stays open
     * @return the output, a new handle that the caller closes
     */
    public abstract NDArray apply(Pass pass, NDArray x);

    /**
     * Returns the shape of the output.
     *
     * @param input the shape of the input
     * @return the shape
     */
    public abstract Shape outputShape(Shape input);

    @Override
    public final NDList outputs(Pass pass, NDArray x) {
        return new NDList(apply(pass, x));
    }

    @Override
    public final Shape[] outputShapes(Shape input) {
        return new Shape[] {outputShape(input)};
    }
}
