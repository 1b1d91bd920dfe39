// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;

/** A residual branch of a block: attention or MLP. */
abstract class Branch extends UnaryModule {

    /**
     * Computes the whole residual step with prepacked weights, in one kernel.
     *
     * @param pass one that is prepacked
     * @param x the input, (batch, h, w, d), which stays open
     * @param norm the branch's norm
     * @param normFirst whether it comes before the branch or after it
     * @return x plus the branch, a new handle that the caller closes
     */
    abstract NDArray addTo(Pass pass, NDArray x, Norm norm, boolean normFirst);
}
