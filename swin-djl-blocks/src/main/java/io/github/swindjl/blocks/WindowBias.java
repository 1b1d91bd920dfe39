// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.swindjl.window.Grid;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowPlan;
import java.util.List;

/**
 * What a window attention adds to its logits: position bias plus shift mask, (windows or 1, heads
 * or 1, tokens, tokens).
 *
 * <p>While training it is computed anew for every pass, so that gradients reach the parameters. For
 * inference it is kept until a parameter changes. Thread-safe.
 */
final class WindowBias {

    /** Bytes kept: a dozen input sizes of 224 pixels, or one of 1120, for one block. */
    private static final long KEPT = 32L << 20;

    private final ShiftMode shift;
    private final WindowTables tables;
    private final BiasSource source;
    private final ArrayCache<Key> kept = new ArrayCache<>(KEPT);

    private record Key(Device device, Grid padded, WindowPlan plan) {}

    /**
     * Creates the bias of a block.
     *
     * @param shift how the block's windows are shifted
     * @param tables the constants of the stage
     * @param source computes the position bias; null where there is none
     */
    WindowBias(ShiftMode shift, WindowTables tables, BiasSource source) {
        this.shift = shift;
        this.tables = tables;
        this.source = source;
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
            try (NDArray mask = tables.mask(x, owner, padded, plan, shift)) {
                return mask.expandDims(1);
            }
        }
        if (pass.training()) {
            return compute(pass, x, owner, padded, plan);
        }
        // Without shift the sum does not depend on the grid.
        return kept.get(
                        new Key(x.getDevice(), plan.isShifted() ? padded : null, plan),
                        pass.state(),
                        x.getManager(),
                        owner.getManager(),
                        () -> new NDList(compute(pass, x, owner, padded, plan)))
                .singletonOrThrow();
    }

    /** Returns the position bias alone, a handle that the caller closes, or null without one. */
    NDArray position(Pass pass, NDArray x, WindowPlan plan) {
        return source == null ? null : source.compute(pass, x, values(pass, x), plan, x);
    }

    /** Returns the shift mask alone, a handle that the caller closes, or null without one. */
    NDArray mask(NDArray x, NDArray owner, Grid grid, WindowPlan plan) {
        return plan.isShifted() ? tables.mask(x, owner, plan.padded(grid), plan, shift) : null;
    }

    private List<NDArray> values(Pass pass, NDArray x) {
        return source.parameters().stream().map(parameter -> pass.value(parameter, x)).toList();
    }

    private NDArray compute(Pass pass, NDArray x, NDArray owner, Grid padded, WindowPlan plan) {
        if (!plan.isShifted()) {
            return position(pass, x, plan);
        }
        try (NDArray mask = tables.mask(x, owner, padded, plan, shift)) {
            return source.compute(pass, x, values(pass, x), plan, mask);
        }
    }
}
