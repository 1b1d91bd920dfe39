// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

/** Random numbers that are a function of a seed and a counter. */
public final class CounterRandom {

    private CounterRandom() {}

    /**
     * Draws by SplitMix64's output function over a counter (doi 10.1145/2714064.2660195).
     *
     * @param seed of the sequence
     * @param counter which number of it, at least 0
     * @return a number in [0, 1)
     */
    public static double uniform(long seed, long counter) {
        long z = seed + (counter + 1L) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }
}
