// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.window.WindowPlan;
import java.util.List;
import java.util.Map;

/** The position bias as a learnt table, (positions, heads): V1. */
record TableBias(WindowTables tables, int heads, Parameter table) implements BiasSource {

    @Override
    public List<Parameter> parameters() {
        return List.of(table);
    }

    @Override
    public NDArray compute(
            Pass pass, NDArray x, List<NDArray> values, WindowPlan plan, NDArray mask) {
        Kernel kernel =
                Kernel.of(
                        TableBias.class,
                        "table_bias.py",
                        Map.of("tokens", plan.tokens(), "heads", heads, "masked", mask != x));
        NDArray owner = values.get(0);
        if (pass.deterministic()) {
            try (NDArray rows = WindowTables.spread(x, owner, plan)) {
                return kernel.callMethod("bias", x, rows, mask).singletonOrThrow();
            }
        }
        try (NDArray index = tables.index(x, owner, plan)) {
            return kernel.call(pass.training(), x, owner, index, mask);
        }
    }
}
