// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.swindjl.kernels.Precision;
import java.util.Map;

/** One forward pass on its way through the blocks. For one thread. */
public final class Pass {

    private final ParameterStore store;
    private final boolean training;
    private final Precision precision;
    private final long seed;
    private final DropPath dropPath;
    private final Freshness.State state;
    private final boolean prepacked;
    private final Recomputation recomputation;
    private final boolean deterministic;

    private Pass(
            ParameterStore store,
            boolean training,
            Precision precision,
            long seed,
            DropPath dropPath,
            Freshness.State state,
            boolean prepacked,
            Recomputation recomputation,
            boolean deterministic) {
        this.store = store;
        this.training = training;
        this.precision = precision;
        this.seed = seed;
        this.dropPath = dropPath;
        this.state = state;
        this.prepacked = prepacked;
        this.recomputation = recomputation;
        this.deterministic = deterministic;
    }

    static Pass training(
            ParameterStore store,
            Precision precision,
            long seed,
            DropPath dropPath,
            Recomputation recomputation,
            boolean deterministic) {
        return new Pass(
                store, true, precision, seed, dropPath, null, false, recomputation, deterministic);
    }

    static Pass inference(
            ParameterStore store, Precision precision, Freshness.State state, boolean prepacked) {
        return new Pass(
                store,
                false,
                precision,
                0,
                DropPath.NONE,
                state,
                prepacked,
                Recomputation.NOTHING,
                false);
    }

    /**
     * Computes a part of the network, in training so that it can be computed again.
     *
     * @param unit what the part is
     * @param owner whose parameters it uses
     * @param x its input, which stays open
     * @param part what computes it
     * @return its output, a new handle that the caller closes
     */
    NDArray part(Recomputation.Unit unit, UnaryModule owner, NDArray x, Recomputation.Part part) {
        return recomputation.unit() == unit ? again(owner, x, part) : part.apply(this, x);
    }

    /** Computes a part that lies between those of {@link #part}, whichever of them there are. */
    NDArray between(UnaryModule owner, NDArray x, Recomputation.Part part) {
        return recomputation.unit() == Recomputation.Unit.NONE
                ? part.apply(this, x)
                : again(owner, x, part);
    }

    private NDArray again(UnaryModule owner, NDArray x, Recomputation.Part part) {
        return recomputation.forward(
                training(store, precision, seed, dropPath, recomputation.inside(), deterministic),
                owner,
                x,
                part);
    }

    /** Returns the backward pass that this training pass will have. */
    Recomputation recomputation() {
        return recomputation;
    }

    /**
     * Tells whether gradients may be recorded.
     *
     * @return true in training
     */
    public boolean training() {
        return training;
    }

    /**
     * Returns what the heavy products are computed in.
     *
     * @return the precision
     */
    public Precision precision() {
        return precision;
    }

    /**
     * Returns what decides everything random in a training pass.
     *
     * @return the seed of the pass, without meaning in inference
     */
    public long seed() {
        return seed;
    }

    /**
     * Tells whether weights are taken in oneDNN's own layout.
     *
     * @return false in training
     */
    public boolean prepacked() {
        return prepacked;
    }

    /**
     * Tells whether gradients are computed by operations that add in a fixed order on a GPU, too.
     *
     * @return false in inference, where all operations do
     */
    public boolean deterministic() {
        return deterministic;
    }

    /** Returns which paths this pass drops. */
    DropPath dropPath() {
        return dropPath;
    }

    /** Returns the state of the parameters, for what inference keeps; null while training. */
    Freshness.State state() {
        return state;
    }

    /**
     * How heavy products are computed.
     *
     * @param precision their number type
     * @param trainsOnCpu whether gradients may be recorded on a CPU
     * @param deterministic whether gradients are added up in a fixed order
     */
    record Arithmetic(Precision precision, boolean trainsOnCpu, boolean deterministic) {

        /** Adds the constants {@code precision} and {@code convolution} of a kernel. */
        void bakeInto(Map<String, Object> constants) {
            constants.put("precision", precision);
            constants.put("convolution", trainsOnCpu && precision == Precision.FP32);
        }
    }

    /** Returns how products of an array are computed. */
    Arithmetic arithmetic(NDArray x) {
        return new Arithmetic(precision, training && !x.getDevice().isGpu(), deterministic);
    }

    /**
     * Returns a parameter's value on the device of an array.
     *
     * @param parameter the parameter
     * @param beside an array on the device
     * @return the value, which stays the parameter's
     */
    public NDArray value(Parameter parameter, NDArray beside) {
        return store.getValue(parameter, beside.getDevice(), training);
    }
}
