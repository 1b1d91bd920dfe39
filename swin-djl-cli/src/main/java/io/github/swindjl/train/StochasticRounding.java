// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.CounterRandom;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Transfers;
import java.util.List;
import java.util.Map;

/**
 * Rounds float32 to bfloat16 in one update, up or down with the chances that make the expected
 * result the value itself (arXiv 1502.02551). A moment that moves by less than half a step of
 * bfloat16 in each update would otherwise stand still. Values that bfloat16 has stay as they are.
 *
 * <p>What is drawn depends on the seed and the order of calls only. For one thread.
 */
final class StochasticRounding {

    /** Numbers that are drawn; values are rounded as many at a time. */
    private static final int LENGTH = 1 << 16;

    /** Steps between 0 and 1: what float32 has more bits than bfloat16. */
    private static final int STEPS = 1 << 16;

    private static final Kernel ROUND =
            Kernel.of(StochasticRounding.class, "round_to_bfloat16.py", Map.of());

    private final NDManager owner;
    private final long seed;
    private NDArray noise;
    private long pieces;

    /**
     * Prepares; numbers are drawn when they are needed.
     *
     * @param owner owner of the numbers, on the device
     * @param seed where they come from
     */
    StochasticRounding(NDManager owner, long seed) {
        this.owner = owner;
        this.seed = seed;
    }

    /**
     * Rounds arrays.
     *
     * @param values float32, overwritten
     * @param kept bfloat16 arrays of the same shapes, which take the result
     */
    void keep(List<NDArray> values, List<NDArray> kept) {
        if (noise == null) {
            noise = Transfers.send(owner, draw(), new Shape(LENGTH));
        }
        ROUND.update(owner, kept, values, noise, pieces).close();
        long size = values.stream().mapToLong(NDArray::size).sum();
        pieces += (size + LENGTH - 1) / LENGTH;
    }

    private float[] draw() {
        float[] numbers = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            numbers[i] = (float) Math.floor(CounterRandom.uniform(seed, i) * STEPS) / STEPS;
        }
        return numbers;
    }
}
