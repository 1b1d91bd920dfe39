// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Transfers;

/**
 * Stochastic depth (arXiv 1603.09382): which branches of which samples a training pass leaves out.
 *
 * <p>Every decision is a function of (seed, branch, sample) alone. A kept branch is scaled by 1/(1
 * − p). The factors of all branches go to the device in one array.
 */
final class DropPath implements AutoCloseable {

    /** Drops nothing. */
    static final DropPath NONE = new DropPath(null);

    private final NDArray factors;

    private DropPath(NDArray factors) {
        this.factors = factors;
    }

    /**
     * Draws the factors of all branches, two for each block.
     *
     * @param manager owner of the array, on the device of the pass
     * @param config whose probabilities rise from block to block
     * @param batch samples
     * @param seed of the draw
     */
    static DropPath draw(NDManager manager, SwinConfig config, int batch, long seed) {
        if (config.dropPath() == 0) {
            return NONE;
        }
        int branches = 2 * config.blocks();
        float[] factors = new float[branches * batch];
        for (int branch = 0; branch < branches; branch++) {
            double probability = config.dropPathOf(branch / 2);
            float kept = (float) (1 / (1 - probability));
            for (int sample = 0; sample < batch; sample++) {
                int at = branch * batch + sample;
                factors[at] = CounterRandom.uniform(seed, at) < probability ? 0 : kept;
            }
        }
        Shape shape = new Shape(branches, batch, 1, 1, 1);
        return new DropPath(Transfers.send(manager, factors, shape));
    }

    boolean isActive() {
        return factors != null;
    }

    /** Returns the factors of one branch, (batch, 1, 1, 1); the caller closes them. */
    NDArray branch(int index) {
        return factors.get(index);
    }

    @Override
    public void close() {
        if (factors != null) {
            factors.close();
        }
    }
}
