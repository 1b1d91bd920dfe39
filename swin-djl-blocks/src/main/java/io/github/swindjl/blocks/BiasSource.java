// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.github.swindjl.window.WindowPlan;
import java.util.List;

/** Computes a window's position bias from parameters. */
interface BiasSource {

    /** Returns the parameters the bias is computed from, at least one. */
    List<Parameter> parameters();

    /**
     * Returns position bias plus mask, (windows or 1, heads, tokens, tokens).
     *
     * @param values those of the parameters
     * @param mask (windows, tokens, tokens), or {@code x} itself where there is none
     */
    NDArray compute(Pass pass, NDArray x, List<NDArray> values, WindowPlan plan, NDArray mask);
}
