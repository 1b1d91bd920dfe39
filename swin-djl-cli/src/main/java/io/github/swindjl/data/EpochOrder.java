// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.util.SplittableRandom;

/** The order in which an epoch visits the samples of a data set. */
public final class EpochOrder {

    /** Keeps the shuffle apart from other draws from the same seed and epoch. */
    private static final long STREAM = 0x5348_5546_464C_45L;

    /** What epochs with repeats are a multiple of, in DeiT and all that follow it. */
    private static final int ROUND = 256;

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
     * Returns the order of repeated augmentation (Hoffer et al., arXiv 1901.09335) as DeiT and timm
     * have it for one process: a permutation with every number repeated in a row, cut off at about
     * {@code size} entries, so that an epoch keeps its length and sees fewer different samples.
     *
     * @param size number of samples, at least 0
     * @param repeats how often each is shown in a row, at least 1; once for {@link #shuffled(int,
     *     long, int)}
     * @param seed seed of the run
     * @param epoch epoch, from 0
     * @return {@link #length} numbers from 0 to {@code size - 1}
     */
    public static int[] shuffled(int size, int repeats, long seed, int epoch) {
        int[] order = shuffled(size, seed, epoch);
        if (repeats == 1) {
            return order;
        }
        int[] repeated = new int[length(size, repeats)];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = order[i / repeats];
        }
        return repeated;
    }

    /**
     * Returns how many samples an epoch shows, counting repeats.
     *
     * @param size number of different samples, at least 0
     * @param repeats how often each is shown in a row, at least 1
     * @return the size; where samples are repeated, rounded down to a multiple of 256 if it is
     *     above that
     */
    public static int length(int size, int repeats) {
        return repeats == 1 || size < ROUND ? size : size / ROUND * ROUND;
    }

    /** Where the draws for a picture come from: its index, and which repeat in a row it is. */
    static SplittableRandom random(long seed, int[] order, int place) {
        int first = place;
        while (first > 0 && order[first - 1] == order[place]) {
            first--;
        }
        return place == first
                ? Seeds.random(seed, order[place])
                : Seeds.random(seed, order[place], place - first);
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
