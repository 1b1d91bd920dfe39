// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.swindjl.kernels.Precision;
import java.util.Map;

/**
 * One forward pass on its way through the blocks.
 *
 * @param store where parameter values come from
 * @param training whether gradients may be recorded
 * @param precision of the heavy products
 * @param dropPath which paths this pass drops
 * @param state of the parameters, for what inference keeps; null while training
 * @param prepacked whether linear layers take their weights in oneDNN's own layout
 */
record Pass(
        ParameterStore store,
        boolean training,
        Precision precision,
        DropPath dropPath,
        Freshness.State state,
        boolean prepacked) {

    /**
     * How heavy products are computed.
     *
     * @param precision their number type
     * @param trainsOnCpu whether gradients may be recorded on a CPU
     */
    record Arithmetic(Precision precision, boolean trainsOnCpu) {

        /** Adds the constants {@code precision} and {@code convolution} of a kernel. */
        void bakeInto(Map<String, Object> constants) {
            constants.put("precision", precision);
            constants.put("convolution", trainsOnCpu && precision == Precision.FP32);
        }
    }

    /** Returns how products of an array are computed. */
    Arithmetic arithmetic(NDArray x) {
        return new Arithmetic(precision, training && !x.getDevice().isGpu());
    }

    /** Returns a parameter's value on the device of an array. */
    NDArray value(Parameter parameter, NDArray beside) {
        return store.getValue(parameter, beside.getDevice(), training);
    }
}
