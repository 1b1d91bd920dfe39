// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what a classifier gets right: top-1, top-5, cross-entropy, calibration, and who is taken
 * for whom.
 *
 * <p>Counts are integers and the loss is summed exactly, so the result does not depend on the order
 * of samples, on the batch size, or on how the samples were split over several runs. Equal logits
 * are ordered by class index, the lowest first. With fewer than five classes every sample counts as
 * top-5 correct. Not thread-safe: use one per thread and {@linkplain ClassificationResult#merge
 * merge} the results.
 */
public final class ClassificationMetrics {

    private static final int TOP = 5;

    private final List<String> labels;
    private final ConfusionMatrix confusion;
    private final long[] top5Correct;
    private final Calibration.Builder calibration = new Calibration.Builder();
    private BigDecimal lossSum = ClassificationResult.ZERO;

    /**
     * Starts with nothing counted.
     *
     * @param labels name of each class, in order of class index
     * @throws IllegalArgumentException if there is no class
     */
    public ClassificationMetrics(List<String> labels) {
        this.labels = List.copyOf(labels);
        confusion = new ConfusionMatrix(labels.size());
        top5Correct = new long[labels.size()];
    }

    /**
     * Counts a batch.
     *
     * @param logits shape (N, classes), row by row, finite
     * @param classes row length, which must be the number of classes given at construction
     * @param truth shape (N), index of the true class of each row
     * @throws IllegalArgumentException if the sizes do not fit or a label is not a class; then
     *     nothing of the batch was counted
     * @throws io.github.swindjl.zoo.NonFiniteException if a logit is not finite; likewise
     */
    public void add(float[] logits, int classes, int[] truth) {
        requireClasses(classes, labels.size());
        if (logits.length != (long) classes * truth.length) {
            throw new IllegalArgumentException(
                    logits.length
                            + " logits are not "
                            + truth.length
                            + " rows of "
                            + classes
                            + ".");
        }
        List<Outcome> outcomes = new ArrayList<>(truth.length);
        for (int i = 0; i < truth.length; i++) {
            outcomes.add(Outcome.of(logits, i * classes, classes, truth[i]));
        }
        outcomes.forEach(this::add);
    }

    /** Refuses a network that has other classes than the data. */
    static void requireClasses(int classes, int expected) {
        if (classes != expected) {
            throw new IllegalArgumentException(
                    "The model has "
                            + classes
                            + " outputs but the data has "
                            + expected
                            + " classes; use weights and data of the same classes.");
        }
    }

    /**
     * Counts one sample.
     *
     * @param outcome what the classifier said about it
     * @throws IllegalArgumentException if its label or prediction is not a class
     */
    public void add(Outcome outcome) {
        confusion.add(outcome.label(), outcome.predicted(), 1);
        if (outcome.rank() < TOP) {
            top5Correct[outcome.label()]++;
        }
        calibration.add(outcome.probability(), outcome.rank() == 0);
        lossSum = lossSum.add(ClassificationResult.rounded(outcome.loss()));
    }

    /**
     * Returns what was counted so far.
     *
     * @return a result that later calls do not change
     */
    public ClassificationResult result() {
        List<ClassRow> rows = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            rows.add(
                    new ClassRow(
                            labels.get(i),
                            confusion.support(i),
                            confusion.predicted(i),
                            confusion.count(i, i),
                            top5Correct[i]));
        }
        return new ClassificationResult(rows, confusion.copy(), lossSum, calibration.build());
    }
}
