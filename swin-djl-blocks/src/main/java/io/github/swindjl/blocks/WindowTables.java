// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.window.Grid;
import io.github.swindjl.window.RelativeCoordinates;
import io.github.swindjl.window.RelativePosition;
import io.github.swindjl.window.ShiftMask;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowPlan;
import io.github.swindjl.window.WindowRows;
import java.util.Map;

/**
 * The constant arrays of a stage's windows, made once for each device and kept within a bound.
 *
 * <p>The arrays live as long as the manager of {@code owner}, a parameter of the network. What is
 * handed out is a handle of its own with the manager of {@code x}, the input of the pass: the
 * caller closes it, and an entry that is evicted meanwhile lives on until then. Thread-safe.
 */
final class WindowTables {

    /** Bytes kept: the constants of some twenty input sizes of 224 pixels, or of one of 1120. */
    private static final long KEPT = 64L << 20;

    private final ArrayCache<Key> kept = new ArrayCache<>(KEPT);

    private record Key(String what, Device device, Grid grid, WindowPlan plan, Object more) {}

    /** Returns the table row of every pair of tokens, (tokens · tokens), int64. */
    NDArray index(NDArray x, NDArray owner, WindowPlan plan) {
        return get(
                new Key("index", owner.getDevice(), null, plan, null),
                x,
                owner,
                manager -> manager.create(RelativePosition.index(plan.height(), plan.width())));
    }

    /**
     * Returns the rows of a table that {@link #index} names, by operations whose gradients are sums
     * of a fixed order.
     *
     * @param x whose manager owns the result
     * @param table (positions, heads)
     * @return (tokens · tokens, heads); the caller closes it
     */
    static NDArray spread(NDArray x, NDArray table, WindowPlan plan) {
        return Kernel.of(
                        WindowTables.class,
                        "spread.py",
                        Map.of("height", plan.height(), "width", plan.width()))
                .call(true, x, table);
    }

    /** Returns the coordinates of every table row, (positions, 2). */
    NDArray coordinates(
            NDArray x,
            NDArray owner,
            WindowPlan plan,
            int referenceHeight,
            int referenceWidth,
            boolean log) {
        return get(
                new Key(
                        "coordinates",
                        owner.getDevice(),
                        new Grid(referenceHeight, referenceWidth),
                        plan,
                        log),
                x,
                owner,
                manager ->
                        manager.create(
                                log
                                        ? RelativeCoordinates.logSpaced(
                                                plan.height(),
                                                plan.width(),
                                                referenceHeight,
                                                referenceWidth)
                                        : RelativeCoordinates.linear(
                                                plan.height(),
                                                plan.width(),
                                                referenceHeight,
                                                referenceWidth),
                                new Shape(RelativePosition.count(plan.height(), plan.width()), 2)));
    }

    /** Returns the mask of shifted windows, (windows, tokens, tokens). */
    NDArray mask(NDArray x, NDArray owner, Grid padded, WindowPlan plan, ShiftMode shift) {
        return get(
                new Key("mask", owner.getDevice(), padded, plan, shift),
                x,
                owner,
                manager -> {
                    float[] mask =
                            shift == ShiftMode.CYCLIC
                                    ? ShiftMask.cyclic(padded, plan)
                                    : ShiftMask.bordered(padded, plan);
                    long tokens = plan.tokens();
                    return manager.create(
                            mask, new Shape(mask.length / (tokens * tokens), tokens, tokens));
                });
    }

    /** Returns which rows of a map make up its windows, (3, windows * heads * tokens), int32. */
    NDArray split(NDArray x, NDArray owner, Grid grid, WindowPlan plan, Order order) {
        return get(
                new Key("split", owner.getDevice(), grid, plan, order),
                x,
                owner,
                manager -> {
                    int[] split = order.rows(grid, plan).split(order.heads);
                    return manager.create(split, new Shape(3, split.length / 3));
                });
    }

    /** Returns where a map's rows lie among those of its windows, (tokens * heads), int32. */
    NDArray join(NDArray x, NDArray owner, Grid grid, WindowPlan plan, Order order) {
        return get(
                new Key("join", owner.getDevice(), grid, plan, order),
                x,
                owner,
                manager -> manager.create(order.rows(grid, plan).join(order.heads)));
    }

    /** What the rows of windows depend on besides the map and the windows. */
    record Order(ShiftMode shift, int heads) {

        WindowRows rows(Grid grid, WindowPlan plan) {
            return new WindowRows(grid, plan, shift);
        }
    }

    private interface Maker {
        NDArray make(NDManager manager);
    }

    private NDArray get(Key key, NDArray x, NDArray owner, Maker maker) {
        return kept.get(
                        key,
                        null,
                        x.getManager(),
                        owner.getManager(),
                        () -> {
                            try (NDArray java = maker.make(owner.getManager())) {
                                // Handles share memory, which must be the engine's, not Java's.
                                return new NDList(java.duplicate());
                            }
                        })
                .singletonOrThrow();
    }
}
