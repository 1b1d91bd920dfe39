// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Handles;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.window.Grid;
import io.github.swindjl.window.WindowPlan;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a window attention adds to its logits: position bias plus shift mask, (windows or 1, heads
 * or 1, tokens, tokens).
 *
 * <p>While training it is computed anew for every pass, so that gradients reach the parameters. For
 * inference it is kept until a parameter changes. Thread-safe.
 */
final class WindowBias {

    /** Grids whose sum is kept for inference, each windows · heads · tokens² floats. */
    private static final int KEPT = 4;

    private final SwinConfig config;
    private final WindowTables tables;
    private final Source source;

    private final Map<Key, Kept> kept =
            new LinkedHashMap<>(KEPT, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
                    if (size() > KEPT) {
                        eldest.getValue().bias.close();
                        return true;
                    }
                    return false;
                }
            };

    private record Key(Device device, Grid padded, WindowPlan plan) {}

    private record Kept(NDArray bias, List<String> ids, long[] versions) {

        boolean isCurrent(List<NDArray> values) {
            return !bias.isReleased()
                    && ids.equals(ids(values))
                    && Arrays.equals(versions, Autograd.versions(values));
        }

        static List<String> ids(List<NDArray> values) {
            return values.stream().map(NDArray::getUid).toList();
        }
    }

    /** Computes the position bias from parameters. */
    private interface Source {

        List<Parameter> parameters();

        /** Returns bias plus mask; the mask is {@code x} itself where there is none. */
        NDArray compute(Pass pass, NDArray x, List<NDArray> values, WindowPlan plan, NDArray mask);
    }

    private WindowBias(SwinConfig config, WindowTables tables, Source source) {
        this.config = config;
        this.tables = tables;
        this.source = source;
    }

    static WindowBias none(SwinConfig config, WindowTables tables) {
        return new WindowBias(config, tables, null);
    }

    /** A learnt table, (positions, heads). */
    static WindowBias table(SwinConfig config, int stage, WindowTables tables, Parameter table) {
        int heads = config.heads().get(stage);
        return new WindowBias(
                config,
                tables,
                new Source() {
                    @Override
                    public List<Parameter> parameters() {
                        return List.of(table);
                    }

                    @Override
                    public NDArray compute(
                            Pass pass,
                            NDArray x,
                            List<NDArray> values,
                            WindowPlan plan,
                            NDArray mask) {
                        Kernel kernel = kernel("table_bias.py", plan, heads, mask != x);
                        try (NDArray index = tables.index(x, values.get(0), plan)) {
                            return kernel.call(pass.training(), x, values.get(0), index, mask);
                        }
                    }
                });
    }

    /** A network of two layers over coordinates. */
    static WindowBias continuous(
            SwinConfig config, int stage, WindowTables tables, Linear first, Linear second) {
        int heads = config.heads().get(stage);
        int reference = config.referenceWindows().get(stage);
        boolean log = config.positionBias() == PositionBias.LOG_CPB;
        List<Parameter> parameters =
                List.of(
                        first.getDirectParameters().get("weight"),
                        first.getDirectParameters().get("bias"),
                        second.getDirectParameters().get("weight"));
        return new WindowBias(
                config,
                tables,
                new Source() {
                    @Override
                    public List<Parameter> parameters() {
                        return parameters;
                    }

                    @Override
                    public NDArray compute(
                            Pass pass,
                            NDArray x,
                            List<NDArray> values,
                            WindowPlan plan,
                            NDArray mask) {
                        Kernel kernel = kernel("continuous_bias.py", plan, heads, mask != x);
                        int rows = reference > 0 ? reference : plan.height();
                        int columns = reference > 0 ? reference : plan.width();
                        NDArray owner = values.get(0);
                        try (NDArray index = tables.index(x, owner, plan);
                                NDArray coordinates =
                                        tables.coordinates(x, owner, plan, rows, columns, log)) {
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
                });
    }

    private static Kernel kernel(String resource, WindowPlan plan, int heads, boolean masked) {
        return Kernel.of(
                WindowBias.class,
                resource,
                Map.of("tokens", plan.tokens(), "heads", heads, "masked", masked));
    }

    /**
     * Returns the sum for a grid, a handle that the caller closes, or null where there is nothing
     * to add.
     *
     * @param owner a parameter of the network, with which the constants live
     */
    NDArray of(Pass pass, NDArray x, NDArray owner, Grid grid, WindowPlan plan) {
        Grid padded = plan.padded(grid);
        if (source == null) {
            if (!plan.isShifted()) {
                return null;
            }
            try (NDArray mask = mask(x, owner, padded, plan)) {
                return mask.expandDims(1);
            }
        }
        List<NDArray> values =
                source.parameters().stream().map(parameter -> pass.value(parameter, x)).toList();
        return pass.training()
                ? compute(pass, x, owner, values, padded, plan)
                : keep(pass, x, owner, values, padded, plan);
    }

    private NDArray compute(
            Pass pass,
            NDArray x,
            NDArray owner,
            List<NDArray> values,
            Grid padded,
            WindowPlan plan) {
        if (!plan.isShifted()) {
            return source.compute(pass, x, values, plan, x);
        }
        try (NDArray mask = mask(x, owner, padded, plan)) {
            return source.compute(pass, x, values, plan, mask);
        }
    }

    private synchronized NDArray keep(
            Pass pass,
            NDArray x,
            NDArray owner,
            List<NDArray> values,
            Grid padded,
            WindowPlan plan) {
        // Without shift the sum does not depend on the grid.
        Key key = new Key(x.getDevice(), plan.isShifted() ? padded : null, plan);
        Kept found = kept.get(key);
        if (found == null || !found.isCurrent(values)) {
            if (found != null) {
                found.bias.close();
            }
            // Read before computing, so that a change meanwhile is noticed by the next pass.
            long[] versions = Autograd.versions(values);
            NDArray bias = compute(pass, x, owner, values, padded, plan);
            bias.attach(owner.getManager());
            found = new Kept(bias, Kept.ids(values), versions);
            kept.put(key, found);
        }
        return Handles.share(found.bias, x.getManager());
    }

    private NDArray mask(NDArray x, NDArray owner, Grid padded, WindowPlan plan) {
        return tables.mask(x, owner, padded, plan, config.shift());
    }
}
