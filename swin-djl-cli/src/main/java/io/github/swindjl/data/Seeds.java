// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.util.SplittableRandom;

/** Independent random streams from several numbers, such as (seed, epoch, sample). */
public final class Seeds {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /**
     * Mixes numbers into one seed. A plain sum would give neighbouring samples overlapping streams,
     * because {@link SplittableRandom} walks its state in constant steps.
     *
     * @param parts the numbers; their order matters
     * @return the seed
     */
    public static long mix(long... parts) {
        long state = GOLDEN_GAMMA;
        for (long part : parts) {
            state = scramble((state ^ part) + GOLDEN_GAMMA);
        }
        return state;
    }

    static SplittableRandom random(long... parts) {
        return new SplittableRandom(mix(parts));
    }

    private static long scramble(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
