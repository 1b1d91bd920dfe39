// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomPurposeTest {

    @Test
    void everyPurposeAndPlaceHasASeedOfItsOwn() {
        Set<Long> seeds = new HashSet<>();
        for (RandomPurpose purpose : RandomPurpose.values()) {
            for (long seed = -50; seed < 50; seed++) {
                for (long place = 0; place < 100; place++) {
                    seeds.add(purpose.seed(seed, place));
                }
            }
        }
        assertEquals(RandomPurpose.values().length * 100 * 100, seeds.size());
    }

    @Test
    void seedsStayAsTheyAre() {
        // SplitMix64's scrambling of 3, 1 and 2 in turn; another value would change every run.
        assertEquals(-6813278539723329783L, RandomPurpose.DROP_PATH.seed(1, 2));
    }
}
