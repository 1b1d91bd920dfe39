// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.swindjl.kernels.Precision;
import java.util.function.Supplier;

/**
 * What a block computes from its parameters for inference, kept in the last precision that was used
 * until a parameter of the network changes. Lives as long as the parameters' manager. Thread-safe.
 */
public final class DerivedArrays {

    private final ArrayCache<Precision> kept = new ArrayCache<>(0);

    /** Creates an empty keeper. */
    public DerivedArrays() {}

    /**
     * Returns handles on what is kept, computing it first if need be.
     *
     * @param pass one of inference
     * @param x the input, whose manager owns the handles
     * @param parameter a value it is computed from, whose manager owns what is kept
     * @param maker computes the arrays in memory of the engine's
     * @return the handles, which the caller closes
     */
    public NDList get(Pass pass, NDArray x, NDArray parameter, Supplier<NDList> maker) {
        return kept.get(
                pass.precision(), pass.state(), x.getManager(), parameter.getManager(), maker);
    }

    /** Forgets what is kept, as a training pass should: its memory is needed for other things. */
    public void clear() {
        kept.clear();
    }
}
