// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.util.SplittableRandom;

/** The order in which an epoch visits the samples of a data set. */
public final class EpochOrder {

    /** Keeps the shuffle apart from other draws from the same seed and epoch. */
    private static final long STREAM = 0x5348_5546_464C_45L;

    private EpochOrder() {}

    /**
     * Returns a uniformly drawn permutation that depends on the arguments only.
     *
     * @param size number of samples, at least 0
     * @param seed seed of the run
     * @param epoch epoch, from 0
     * @return every number from 0 to {@code size - 1}, once
     */
    public static int[] shuffled(int size, long seed, int epoch) {
        int[] order = sequential(size);
        SplittableRandom random = Seeds.random(STREAM, seed, epoch);
        for (int last = size - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int moved = order[last];
            order[last] = order[other];
            order[other] = moved;
        }
        return order;
    }

    /**
     * Returns the numbers from 0 upwards.
     *
     * @param size number of samples, at least 0
     * @return the numbers from 0 to {@code size - 1}
     */
    public static int[] sequential(int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        return order;
    }
}
