// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * What came out of a classification run: integer counts and an exact sum, from which all ratios
 * follow. Results of disjoint parts merge to the result of the whole, bit for bit and in any order.
 *
 * @param perClass counts of each class, in order of class index
 * @param confusion true against predicted classes; it is not modified after construction
 * @param lossSum sum of the samples' cross-entropy in nats, each rounded to {@value #LOSS_DECIMALS}
 *     decimals before it was added, so that the sum does not depend on the order
 * @param calibration how sure the predictions were, against how often they were right
 */
public record ClassificationResult(
        List<ClassRow> perClass,
        ConfusionMatrix confusion,
        BigDecimal lossSum,
        Calibration calibration) {

    static final int LOSS_DECIMALS = 12;

    /** An empty sum of {@linkplain #rounded rounded} values. */
    static final BigDecimal ZERO = BigDecimal.ZERO.setScale(LOSS_DECIMALS);

    /**
     * Checks that rows and matrix tell the same story.
     *
     * @throws IllegalArgumentException if a count of a row disagrees with the matrix
     */
    public ClassificationResult {
        perClass = List.copyOf(perClass);
        if (perClass.size() != confusion.classes()) {
            throw new IllegalArgumentException(
                    perClass.size()
                            + " class rows do not fit a confusion matrix of "
                            + confusion.classes()
                            + " classes.");
        }
        for (int i = 0; i < perClass.size(); i++) {
            ClassRow row = perClass.get(i);
            if (row.support() != confusion.support(i)
                    || row.predicted() != confusion.predicted(i)
                    || row.top1Correct() != confusion.count(i, i)
                    || row.top5Correct() < row.top1Correct()
                    || row.top5Correct() > row.support()) {
                throw new IllegalArgumentException(
                        "The counts of class "
                                + i
                                + " ("
                                + row
                                + ") disagree with the confusion"
                                + " matrix: support "
                                + confusion.support(i)
                                + ", predicted "
                                + confusion.predicted(i)
                                + ", correct "
                                + confusion.count(i, i)
                                + ".");
            }
        }
        if (calibration.count() != confusion.total()
                || calibration.correct() != confusion.correct()) {
            throw new IllegalArgumentException(
                    "The calibration is of "
                            + calibration.correct()
                            + " correct of "
                            + calibration.count()
                            + " samples, the confusion matrix of "
                            + confusion.correct()
                            + " of "
                            + confusion.total()
                            + ".");
        }
    }

    /** Rounds a value, so that a sum of such values does not depend on their order. */
    static BigDecimal rounded(double value) {
        return new BigDecimal(value).setScale(LOSS_DECIMALS, RoundingMode.HALF_EVEN);
    }

    /**
     * Returns how many samples were judged.
     *
     * @return number of samples
     */
    public long count() {
        return confusion.total();
    }

    /**
     * Returns how many samples were predicted correctly.
     *
     * @return number of samples
     */
    public long top1Correct() {
        return confusion.correct();
    }

    /**
     * Returns for how many samples the true class was among the first five predictions.
     *
     * @return number of samples; with fewer than five classes, all of them
     */
    public long top5Correct() {
        return perClass.stream().mapToLong(ClassRow::top5Correct).sum();
    }

    /**
     * Returns the share of samples that were predicted correctly.
     *
     * @return between 0 and 1; NaN without samples
     */
    public double top1() {
        return (double) top1Correct() / count();
    }

    /**
     * Returns the share of samples whose true class was among the first five predictions.
     *
     * @return between 0 and 1; NaN without samples
     */
    public double top5() {
        return (double) top5Correct() / count();
    }

    /**
     * Returns the mean cross-entropy.
     *
     * @return nats per sample; NaN without samples
     */
    public double loss() {
        return lossSum.doubleValue() / count();
    }

    /**
     * Returns the names of the classes.
     *
     * @return names in order of class index
     */
    public List<String> labels() {
        return perClass.stream().map(ClassRow::label).toList();
    }

    /**
     * Adds the result of other samples.
     *
     * @param other result over samples that this one has not seen, with the same classes
     * @return the result over both, exactly what one run over all samples gives
     * @throws IllegalArgumentException if the classes differ
     */
    public ClassificationResult merge(ClassificationResult other) {
        if (!labels().equals(other.labels())) {
            throw new IllegalArgumentException(
                    "Results over different classes cannot be merged: " + difference(other) + ".");
        }
        ConfusionMatrix sum = confusion.copy();
        sum.add(other.confusion);
        List<ClassRow> rows = new ArrayList<>(perClass.size());
        for (int i = 0; i < perClass.size(); i++) {
            ClassRow mine = perClass.get(i);
            ClassRow theirs = other.perClass.get(i);
            rows.add(
                    new ClassRow(
                            mine.label(),
                            mine.support() + theirs.support(),
                            mine.predicted() + theirs.predicted(),
                            mine.top1Correct() + theirs.top1Correct(),
                            mine.top5Correct() + theirs.top5Correct()));
        }
        return new ClassificationResult(
                rows, sum, lossSum.add(other.lossSum), calibration.merge(other.calibration));
    }

    private String difference(ClassificationResult other) {
        if (perClass.size() != other.perClass.size()) {
            return perClass.size() + " classes here, " + other.perClass.size() + " there";
        }
        int i = 0;
        while (perClass.get(i).label().equals(other.perClass.get(i).label())) {
            i++;
        }
        return "class "
                + i
                + " is '"
                + perClass.get(i).label()
                + "' here and '"
                + other.perClass.get(i).label()
                + "' there";
    }
}
