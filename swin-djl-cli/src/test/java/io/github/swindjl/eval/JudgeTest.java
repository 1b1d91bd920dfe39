// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.zoo.NonFiniteException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is judged on the device, against the definitions in Java. */
class JudgeTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private List<Judgement> judge(
            OutputSubset outputs, int classes, float[] logits, int[]... right) {
        Judge judge = new Judge(manager, outputs, classes, Judgement.TOP);
        NDArray array =
                manager.create(logits, new Shape(right.length, logits.length / right.length));
        double[] values = judge.judge(array, right).toDoubleArray();
        assertEquals(right.length * judge.columns(), values.length);
        List<Judgement> judged = new ArrayList<>();
        for (int i = 0; i < right.length; i++) {
            judged.add(judge.read(values, i * judge.columns(), i));
        }
        return judged;
    }

    private static void assertSame(
            float[] logits, int row, int classes, int[] right, Judgement found) {
        Outcome outcome = Outcome.ofAny(logits, row * classes, classes, right);
        assertEquals(row, found.sample());
        assertEquals(outcome.label(), found.outcome().label());
        assertEquals(outcome.predicted(), found.outcome().predicted());
        assertEquals(outcome.rank(), found.outcome().rank());
        assertEquals(outcome.probability(), found.outcome().probability(), 1e-15);
        assertEquals(outcome.loss(), found.outcome().loss(), 1e-13 * (1 + outcome.loss()));
        List<Ranking> top = Ranking.top(logits, row * classes, classes, Judgement.TOP);
        assertEquals(top.size(), found.top().size());
        for (int i = 0; i < top.size(); i++) {
            assertEquals(top.get(i).index(), found.top().get(i).index());
            assertEquals(top.get(i).logit(), found.top().get(i).logit());
            assertEquals(top.get(i).probability(), found.top().get(i).probability(), 1e-15);
        }
    }

    /** Few distinct logits, so that many are equal. */
    @Test
    void equalsTheDefinitionsAlsoWhereLogitsAreEqual() {
        SplittableRandom random = new SplittableRandom(1);
        for (int classes : new int[] {1, 2, 4, 5, 6, 1000}) {
            int rows = 40;
            float[] logits = new float[rows * classes];
            for (int i = 0; i < logits.length; i++) {
                logits[i] =
                        i / classes < rows / 2 ? random.nextInt(4) : (float) random.nextGaussian();
            }
            int[][] right = new int[rows][];
            for (int row = 0; row < rows; row++) {
                right[row] =
                        random.ints(row % 3 == 0 ? 1 : Math.min(classes, 3), 0, classes)
                                .distinct()
                                .toArray();
            }
            List<Judgement> judged = judge(OutputSubset.ALL, classes, logits, right);
            for (int row = 0; row < rows; row++) {
                assertSame(logits, row, classes, right[row], judged.get(row));
            }
        }
    }

    @Test
    void neitherHugeNorVeryDistantLogitsOverflow() {
        float[] logits = {3e38f, -3e38f, 0, 50, 0, 0};
        int[][] right = {{1}, {0}};
        List<Judgement> judged = judge(OutputSubset.ALL, 3, logits, right);
        for (int row = 0; row < 2; row++) {
            assertSame(logits, row, 3, right[row], judged.get(row));
        }
        assertTrue(judged.get(1).outcome().loss() > 0);
        assertTrue(
                judge(OutputSubset.ALL, 3, new float[] {50, 0, 0}, new int[] {0})
                                .get(0)
                                .outcome()
                                .loss()
                        > 0);
    }

    @Test
    void aSubsetIsAsIfThereWereNoOthers() {
        float[] logits = {9, 1, 5, 4, 7, 1};
        float[] chosen = {5, 1, 1, 4};
        Judgement found = judge(OutputSubset.of(2, 1, 5, 3), 4, logits, new int[] {2}).get(0);
        assertSame(chosen, 0, 4, new int[] {2}, found);
    }

    @Test
    void countsAddUpToTheSameResult() {
        SplittableRandom random = new SplittableRandom(2);
        int classes = 7;
        float[] logits = new float[500 * classes];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(500, 0, classes).toArray();
        List<String> names = IntStream.range(0, classes).mapToObj(i -> "c" + i).toList();
        ClassificationMetrics expected = new ClassificationMetrics(names);
        expected.add(logits, classes, labels);
        ClassificationMetrics found = new ClassificationMetrics(names);
        int[][] right =
                IntStream.of(labels).mapToObj(label -> new int[] {label}).toArray(int[][]::new);
        judge(OutputSubset.ALL, classes, logits, right).forEach(one -> found.add(one.outcome()));
        assertEquals(expected.result().perClass(), found.result().perClass());
        assertEquals(expected.result().confusion(), found.result().confusion());
        assertEquals(expected.result().loss(), found.result().loss(), 1e-12);
        for (int bin = 0; bin < Calibration.BINS; bin++) {
            Calibration.Bin mine = expected.result().calibration().bins().get(bin);
            Calibration.Bin theirs = found.result().calibration().bins().get(bin);
            assertEquals(mine.count(), theirs.count());
            assertEquals(mine.correct(), theirs.correct());
        }
    }

    @Test
    void damagedLogitsAndWrongLabelsAreRefused() {
        for (float bad :
                new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            String message =
                    assertThrows(
                                    NonFiniteException.class,
                                    () ->
                                            judge(
                                                    OutputSubset.ALL,
                                                    3,
                                                    new float[] {0, 1, 2, 0, 1, bad},
                                                    new int[] {0},
                                                    new int[] {0}))
                            .getMessage();
            assertTrue(
                    message.contains("class 2 for sample 1") && message.contains("fp32"), message);
        }
        for (int label : new int[] {-1, 3}) {
            String message =
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () ->
                                            judge(
                                                    OutputSubset.ALL,
                                                    3,
                                                    new float[3],
                                                    new int[] {label}))
                            .getMessage();
            assertTrue(message.contains("Label " + label), message);
        }
    }
}
