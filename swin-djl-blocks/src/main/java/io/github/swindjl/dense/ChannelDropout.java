// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.CounterRandom;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.kernels.Transfers;

/** Zeroes whole channels in training, a function of (seed of the pass, place, sample, channel). */
final class ChannelDropout {

    private final double probability;
    private final long place;

    /**
     * Creates a dropout.
     *
     * @param probability of zeroing a channel; others are scaled by 1/(1 − p)
     * @param place tells dropouts of one network apart
     */
    ChannelDropout(double probability, long place) {
        this.probability = probability;
        this.place = place;
    }

    /** Returns what is left of x, a new handle that the caller closes; x stays open. */
    NDArray apply(Pass pass, NDArray x) {
        float kept = (float) (1 / (1 - probability));
        float[] factors = new float[(int) (x.getShape().get(0) * x.getShape().get(1))];
        // Apart from the sequence of the same seed that drops paths.
        long seed = ~(pass.seed() * 31 + place);
        for (int i = 0; i < factors.length; i++) {
            factors[i] = CounterRandom.uniform(seed, i) < probability ? 0 : kept;
        }
        Shape shape = new Shape(x.getShape().get(0), x.getShape().get(1), 1, 1);
        try (NDArray sent = Transfers.send(x.getManager(), factors, shape)) {
            return x.mul(sent);
        }
    }
}
