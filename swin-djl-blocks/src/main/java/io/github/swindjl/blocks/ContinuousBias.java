// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.window.WindowPlan;
import java.util.List;
import java.util.Map;

/**
 * The position bias as a network of two layers over coordinates: V2, section 3.3 of arXiv
 * 2111.09883.
 *
 * @param reference side of the window that coordinates are relative to; 0 for the window itself
 * @param log whether coordinates are log-spaced
 */
record ContinuousBias(
        WindowTables tables, int heads, int reference, boolean log, Linear first, Linear second)
        implements BiasSource {

    @Override
    public List<Parameter> parameters() {
        return List.of(
                first.getDirectParameters().get("weight"),
                first.getDirectParameters().get("bias"),
                second.getDirectParameters().get("weight"));
    }

    @Override
    public NDArray compute(
            Pass pass, NDArray x, List<NDArray> values, WindowPlan plan, NDArray mask) {
        Kernel kernel =
                Kernel.of(
                        ContinuousBias.class,
                        "continuous_bias.py",
                        Map.of("tokens", plan.tokens(), "heads", heads, "masked", mask != x));
        int rows = reference > 0 ? reference : plan.height();
        int columns = reference > 0 ? reference : plan.width();
        NDArray owner = values.get(0);
        if (pass.deterministic()) {
            try (NDArray coordinates = tables.coordinates(x, owner, plan, rows, columns, log);
                    NDArray table =
                            kernel.callMethod(
                                            "table",
                                            x,
                                            coordinates,
                                            values.get(0),
                                            values.get(1),
                                            values.get(2))
                                    .singletonOrThrow();
                    NDArray spread = WindowTables.spread(x, table, plan)) {
                return kernel.callMethod("bias", x, spread, mask).singletonOrThrow();
            }
        }
        try (NDArray index = tables.index(x, owner, plan);
                NDArray coordinates = tables.coordinates(x, owner, plan, rows, columns, log)) {
            return kernel.call(
                    pass.training(),
                    x,
                    coordinates,
                    values.get(0),
                    values.get(1),
                    values.get(2),
                    index,
                    mask);
        }
    }
}
