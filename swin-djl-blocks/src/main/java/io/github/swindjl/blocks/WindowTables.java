// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Handles;
import io.github.swindjl.window.Grid;
import io.github.swindjl.window.RelativeCoordinates;
import io.github.swindjl.window.RelativePosition;
import io.github.swindjl.window.ShiftMask;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowPlan;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The constant arrays of a stage's windows, made once for each device and kept within a bound.
 *
 * <p>The arrays live as long as the manager of {@code owner}, a parameter of the network. What is
 * handed out is a handle of its own with the manager of {@code x}, the input of the pass: the
 * caller closes it, and an entry that is evicted meanwhile lives on until then. Thread-safe.
 */
final class WindowTables {

    /** Input sizes whose masks are kept: enough for multi-scale evaluation with flips. */
    private static final int KEPT = 16;

    private final Map<Object, NDArray> kept =
            new LinkedHashMap<>(KEPT, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Object, NDArray> eldest) {
                    if (size() > KEPT) {
                        eldest.getValue().close();
                        return true;
                    }
                    return false;
                }
            };

    private record Key(String what, Device device, Grid grid, WindowPlan plan, Object more) {}

    /** Returns the table row of every pair of tokens, (tokens · tokens), int64. */
    NDArray index(NDArray x, NDArray owner, WindowPlan plan) {
        return get(
                new Key("index", owner.getDevice(), null, plan, null),
                x,
                owner,
                manager -> manager.create(RelativePosition.index(plan.height(), plan.width())));
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

    private interface Maker {
        NDArray make(NDManager manager);
    }

    private synchronized NDArray get(Object key, NDArray x, NDArray owner, Maker maker) {
        NDArray array = kept.get(key);
        if (array == null || array.isReleased()) {
            try (NDArray java = maker.make(owner.getManager())) {
                // Handles share memory, which therefore must be the engine's and not Java's.
                array = java.duplicate();
            }
            kept.put(key, array);
        }
        return Handles.share(array, x.getManager());
    }
}
