// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EpochOrderTest {

    @Test
    void repeatsAsDeitDoes() {
        // timm's RepeatAugSampler(range(n), num_replicas=1, num_repeats=3) has these lengths.
        assertEquals(10, EpochOrder.length(10, 3));
        assertEquals(255, EpochOrder.length(255, 3));
        assertEquals(256, EpochOrder.length(511, 3));
        assertEquals(1280, EpochOrder.length(1300, 3));
        assertEquals(1300, EpochOrder.length(1300, 1));

        int[] plain = EpochOrder.shuffled(1300, 3, 5);
        int[] repeated = EpochOrder.shuffled(1300, 3, 3, 5);
        assertEquals(1280, repeated.length);
        for (int i = 0; i < repeated.length; i++) {
            assertEquals(plain[i / 3], repeated[i]);
        }
        assertArrayEquals(plain, EpochOrder.shuffled(1300, 1, 3, 5));
    }

    @Test
    void eachRepeatDrawsAnew() {
        int[] order = {4, 4, 4, 7, 4};
        List<Long> first = new ArrayList<>();
        for (int place = 0; place < order.length; place++) {
            first.add(EpochOrder.random(9, order, place).nextLong());
        }
        assertEquals(4, Set.copyOf(first).size());
        // What a picture's first showing draws depends on seed and index only.
        assertEquals(first.get(0), first.get(4));
        assertEquals(Seeds.random(9, 7).nextLong(), first.get(3));
    }

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
