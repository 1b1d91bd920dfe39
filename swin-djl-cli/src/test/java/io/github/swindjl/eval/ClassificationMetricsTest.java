// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.zoo.NonFiniteException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ClassificationMetricsTest {

    private static final List<String> ABC = List.of("ant", "bee", "cat");

    @Test
    void agreesWithValuesComputedByHand() {
        ClassificationMetrics metrics = new ClassificationMetrics(ABC);
        // Row 1 is right, row 2 takes a bee for a cat, row 3 is undecided and so says class 0.
        metrics.add(
                new float[] {(float) Math.log(2), 0, 0, 0, 0, (float) Math.log(6), 0, 0, 0},
                3,
                new int[] {0, 1, 2});
        ClassificationResult result = metrics.result();

        assertEquals(3, result.count());
        assertEquals(1, result.top1Correct());
        assertEquals(1.0 / 3, result.top1());
        assertEquals(1.0, result.top5(), "with three classes, all are among the first five");
        double expected = (Math.log(2) + Math.log(8) + Math.log(3)) / 3;
        assertEquals(expected, result.loss(), 1e-7);
        assertEquals(new ClassRow("ant", 1, 2, 1, 1), result.perClass().get(0));
        assertEquals(new ClassRow("bee", 1, 0, 0, 1), result.perClass().get(1));
        assertEquals(0.5, result.perClass().get(0).precision());
        assertEquals(0.0, result.perClass().get(1).recall());
        assertTrue(Double.isNaN(result.perClass().get(1).precision()));
        assertEquals(1, result.confusion().count(1, 2));
        assertEquals(1, result.confusion().count(2, 0));
    }

    @Test
    void agreesWithSortingOnRandomLogitsWithManyTies() {
        int classes = 11;
        int samples = 500;
        Random random = new Random(7);
        float[] logits = new float[samples * classes];
        int[] truth = new int[samples];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = random.nextInt(8) - 4;
        }
        long top1 = 0;
        long top5 = 0;
        double loss = 0;
        for (int n = 0; n < samples; n++) {
            truth[n] = random.nextInt(classes);
            int row = n * classes;
            List<Integer> order =
                    IntStream.range(0, classes)
                            .boxed()
                            .sorted(Comparator.comparing(c -> -logits[row + c]))
                            .toList();
            top1 += order.get(0) == truth[n] ? 1 : 0;
            top5 += order.subList(0, 5).contains(truth[n]) ? 1 : 0;
            double sum =
                    IntStream.range(0, classes).mapToDouble(c -> Math.exp(logits[row + c])).sum();
            loss += Math.log(sum) - logits[row + truth[n]];
        }
        ClassificationMetrics metrics = new ClassificationMetrics(names(classes));
        metrics.add(logits, classes, truth);
        ClassificationResult result = metrics.result();

        assertEquals(top1, result.top1Correct());
        assertEquals(top5, result.top5Correct());
        assertEquals(loss / samples, result.loss(), 1e-10);
    }

    @Test
    void neitherOrderNorBatchesNorShardsChangeABitOfTheResult() {
        int classes = 7;
        Random random = new Random(3);
        List<Outcome> outcomes = new ArrayList<>();
        for (int n = 0; n < 300; n++) {
            float[] row = new float[classes];
            for (int c = 0; c < classes; c++) {
                row[c] = (float) (random.nextGaussian() * 10);
            }
            outcomes.add(Outcome.of(row, 0, classes, random.nextInt(classes)));
        }
        ClassificationResult whole = result(classes, outcomes);
        Collections.shuffle(outcomes, random);
        ClassificationResult a = result(classes, outcomes.subList(0, 11));
        ClassificationResult b = result(classes, outcomes.subList(11, 200));
        ClassificationResult c = result(classes, outcomes.subList(200, 300));

        assertEquals(whole, result(classes, outcomes));
        assertEquals(whole, a.merge(b).merge(c));
        assertEquals(whole, c.merge(a.merge(b)));
        assertEquals(whole.loss(), b.merge(c).merge(a).loss());
        assertFalse(whole.equals(a.merge(b)), "a part is not the whole");
    }

    @Test
    void hugeLogitsNeitherOverflowNorLoseASureLoss() {
        Outcome wrong = Outcome.of(new float[] {3e38f, -3e38f}, 0, 2, 1);
        assertEquals((double) 3e38f * 2, wrong.loss());
        Outcome sure = Outcome.of(new float[] {50, 0}, 0, 2, 0);
        assertEquals(Math.exp(-50), sure.loss(), 1e-30);
        assertEquals(0, sure.rank());
    }

    @Test
    void theLowestIndexWinsATie() {
        float[] equal = {1, 1, 1, 1, 1, 1, 1};
        for (int label = 0; label < equal.length; label++) {
            Outcome outcome = Outcome.of(equal, 0, equal.length, label);
            assertEquals(0, outcome.predicted());
            assertEquals(label, outcome.rank());
        }
    }

    @Test
    void aLogitThatIsNoNumberIsRefusedAndNothingOfItsBatchCounts() {
        ClassificationMetrics metrics = new ClassificationMetrics(ABC);
        float[] logits = {0, 0, 1, 0, Float.NaN, 0};
        Exception e =
                assertThrows(
                        NonFiniteException.class, () -> metrics.add(logits, 3, new int[] {0, 0}));
        assertTrue(e.getMessage().contains("class 1 in row 1 is NaN"), e.getMessage());
        assertEquals(0, metrics.result().count());
        assertTrue(Double.isNaN(metrics.result().top1()));
    }

    @Test
    void sizesAndLabelsThatDoNotFitAreRefused() {
        ClassificationMetrics metrics = new ClassificationMetrics(ABC);
        assertMessage("4 outputs", () -> metrics.add(new float[4], 4, new int[1]));
        assertMessage("5 logits", () -> metrics.add(new float[5], 3, new int[2]));
        assertMessage("Label 3", () -> metrics.add(new float[3], 3, new int[] {3}));
        assertMessage("Label -1", () -> metrics.add(new float[3], 3, new int[] {-1}));
        assertMessage("at least 1 class", () -> new ClassificationMetrics(List.of()));
    }

    @Test
    void resultsOverOtherClassesDoNotMerge() {
        ClassificationResult mine = new ClassificationMetrics(ABC).result();
        ClassificationResult theirs =
                new ClassificationMetrics(List.of("ant", "dog", "cat")).result();
        assertMessage("class 1 is 'bee' here and 'dog' there", () -> mine.merge(theirs));
        ClassificationResult fewer = new ClassificationMetrics(List.of("ant")).result();
        assertMessage("3 classes here, 1 there", () -> mine.merge(fewer));
    }

    @Test
    void aResultDoesNotChangeWhenCountingGoesOn() {
        ClassificationMetrics metrics = new ClassificationMetrics(ABC);
        ClassificationResult before = metrics.result();
        metrics.add(new float[] {1, 0, 0}, 3, new int[] {0});
        assertEquals(0, before.count());
        assertEquals(1, metrics.result().count());
    }

    @Test
    void theSurestMistakesAreKeptWhateverTheOrder() {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            outcomes.add(Outcome.of(new float[] {(i * 7) % 20, 0}, 0, 2, i == 3 ? 0 : 1));
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, 20).boxed().toList());
        List<Long> expected = List.of(17L, 14L, 11L);
        for (int round = 0; round < 5; round++) {
            Collections.shuffle(order, new Random(round));
            NotableOutcomes mistakes = NotableOutcomes.surestMistakes(3);
            order.forEach(i -> mistakes.add(i, outcomes.get(i)));
            assertEquals(
                    expected,
                    mistakes.list().stream().map(NotableOutcomes.Notable::sample).toList());
        }
    }

    @Test
    void theSurestRightPredictionsAreKept() {
        NotableOutcomes surest = NotableOutcomes.surestRight(3);
        for (int i = 0; i < 20; i++) {
            int label = i == 17 ? 1 : 0;
            surest.add(i, Outcome.of(new float[] {(i * 7) % 20 + 1, 0}, 0, 2, label));
        }
        assertEquals(
                List.of(14L, 11L, 8L),
                surest.list().stream().map(NotableOutcomes.Notable::sample).toList());
    }

    private static ClassificationResult result(int classes, List<Outcome> outcomes) {
        ClassificationMetrics metrics = new ClassificationMetrics(names(classes));
        outcomes.forEach(metrics::add);
        return metrics.result();
    }

    private static List<String> names(int classes) {
        return IntStream.range(0, classes).mapToObj(i -> "c" + i).toList();
    }

    static void assertMessage(String part, Executable call) {
        Exception e = assertThrows(IllegalArgumentException.class, call);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
