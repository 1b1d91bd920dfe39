// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.zoo.NonFiniteException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {

    @Test
    void mostProbableFirstAndLowestIndexAmongEquals() {
        float[] logits = {9, 9, 9, 1, 2, 1, 3, 2, 0};
        List<Ranking> top = Ranking.top(logits, 3, 5, 4);
        assertEquals(List.of(3, 1, 4, 0), top.stream().map(Ranking::index).toList());
        double sum = 2 * Math.exp(1) + 2 * Math.exp(2) + Math.exp(3);
        assertEquals(Math.exp(3) / sum, top.get(0).probability(), 1e-15);
        assertEquals(Math.exp(1) / sum, top.get(3).probability(), 1e-15);
    }

    @Test
    void allClassesSumToOneEvenOfLargeLogits() {
        List<Ranking> all = Ranking.top(new float[] {3e38f, 3e38f, -3e38f}, 0, 3, 10);
        assertEquals(3, all.size());
        assertEquals(1, all.stream().mapToDouble(Ranking::probability).sum(), 1e-12);
    }

    @Test
    void whatIsNotFiniteIsRefused() {
        String message =
                assertThrows(
                                NonFiniteException.class,
                                () -> Ranking.top(new float[] {1, Float.NaN}, 0, 2, 1))
                        .getMessage();
        assertTrue(message.contains("class 1") && message.contains("NaN"), message);
    }
}
