// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpochOrderTest {

    @Test
    void visitsEverySampleOnce() {
        int[] order = EpochOrder.shuffled(1001, 3, 5);
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        assertArrayEquals(EpochOrder.sequential(1001), sorted);
        assertFalse(Arrays.equals(order, sorted));
        assertEquals(0, EpochOrder.shuffled(0, 1, 1).length);
    }

    @Test
    void dependsOnSeedAndEpochOnly() {
        int[] order = EpochOrder.shuffled(100, 3, 5);
        assertArrayEquals(order, EpochOrder.shuffled(100, 3, 5));
        assertFalse(Arrays.equals(order, EpochOrder.shuffled(100, 4, 5)));
        assertFalse(Arrays.equals(order, EpochOrder.shuffled(100, 3, 6)));
        // Swapping the two must not give the same stream.
        assertFalse(Arrays.equals(order, EpochOrder.shuffled(100, 5, 3)));
    }

    @Test
    void drawsAllPermutationsEquallyOften() {
        int draws = 24_000;
        Map<String, Integer> counts = new HashMap<>();
        for (int seed = 0; seed < draws; seed++) {
            counts.merge(Arrays.toString(EpochOrder.shuffled(4, seed, 0)), 1, Integer::sum);
        }
        assertEquals(24, counts.size());
        double expected = draws / 24.0;
        double chiSquare = 0;
        for (int count : counts.values()) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        // 99.9 % quantile of chi square with 23 degrees of freedom.
        assertTrue(chiSquare < 49.73, "chi square " + chiSquare);
    }
}
