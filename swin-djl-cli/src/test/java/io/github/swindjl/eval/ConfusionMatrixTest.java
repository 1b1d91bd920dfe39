// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static io.github.swindjl.eval.ClassificationMetricsTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.eval.ConfusionMatrix.Cell;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfusionMatrixTest {

    @ParameterizedTest
    @ValueSource(ints = {3, 1024, 1025, 21841})
    void countsAlikeInEitherStorage(int classes) {
        ConfusionMatrix matrix = new ConfusionMatrix(classes);
        int last = classes - 1;
        matrix.add(0, 0, 5);
        matrix.add(last, 1, 1);
        matrix.add(last, last, 2);
        matrix.add(0, 1, 3);
        matrix.add(last, 1, 4);

        assertEquals(15, matrix.total());
        assertEquals(7, matrix.correct());
        assertEquals(5, matrix.count(last, 1));
        assertEquals(0, matrix.count(1, last));
        assertEquals(8, matrix.support(0));
        assertEquals(8, matrix.predicted(1));
        assertEquals(5.0 / 8, matrix.recall(0));
        assertEquals(1.0, matrix.precision(last));
        assertTrue(Double.isNaN(matrix.recall(1)));
        assertEquals(
                List.of(
                        new Cell(0, 0, 5),
                        new Cell(0, 1, 3),
                        new Cell(last, 1, 5),
                        new Cell(last, last, 2)),
                matrix.cells());
        assertEquals(List.of(new Cell(last, 1, 5), new Cell(0, 1, 3)), matrix.mostConfused(9));
        assertEquals(List.of(new Cell(last, 1, 5)), matrix.mostConfused(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 2000})
    void addingIsAssociativeAndCommutative(int classes) {
        ConfusionMatrix a = random(classes, 1);
        ConfusionMatrix b = random(classes, 2);
        ConfusionMatrix c = random(classes, 3);
        assertEquals(sum(sum(a, b), c), sum(a, sum(b, c)));
        assertEquals(sum(a, b), sum(b, a));
        assertNotEquals(sum(a, b), sum(a, c));
    }

    @Test
    void indicesAndCountsOutOfRangeAreRefused() {
        ConfusionMatrix matrix = new ConfusionMatrix(3);
        assertMessage("Class 3", () -> matrix.add(3, 0, 1));
        assertMessage("Class -1", () -> matrix.add(0, -1, 1));
        assertMessage("Class 7", () -> matrix.support(7));
        assertMessage("0 or more", () -> matrix.add(0, 0, -1));
        assertMessage("3 and 4 classes", () -> matrix.add(new ConfusionMatrix(4)));
        assertEquals(0, matrix.total());
    }

    private static ConfusionMatrix random(int classes, int seed) {
        ConfusionMatrix matrix = new ConfusionMatrix(classes);
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            matrix.add(random.nextInt(classes), random.nextInt(classes), random.nextInt(9));
        }
        return matrix;
    }

    private static ConfusionMatrix sum(ConfusionMatrix a, ConfusionMatrix b) {
        ConfusionMatrix sum = a.copy();
        sum.add(b);
        return sum;
    }
}
