// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each class was taken for each other one: exact counts, rows are true classes, columns
 * predicted ones.
 *
 * <p>Up to {@value #DENSE_CLASSES} classes the counts are one array; above that only the cells that
 * occur are kept, so that 21,841 classes cost memory for what was seen and no more. A matrix that a
 * {@link ClassificationResult} holds never changes and may be read from any thread.
 */
public final class ConfusionMatrix {

    private static final int DENSE_CLASSES = 1024;

    private final int classes;
    private final long[] support;
    private final long[] predicted;
    private final long[] dense;
    private final Map<Long, Long> sparse;
    private long total;

    /**
     * One count of the matrix.
     *
     * @param actual index of the true class
     * @param predicted index of the predicted class
     * @param count how often it happened, at least 1
     */
    public record Cell(int actual, int predicted, long count) {}

    ConfusionMatrix(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException(
                    "A confusion matrix needs at least 1 class, got " + classes + ".");
        }
        this.classes = classes;
        support = new long[classes];
        predicted = new long[classes];
        dense = classes <= DENSE_CLASSES ? new long[classes * classes] : null;
        sparse = dense == null ? new HashMap<>() : null;
    }

    void add(int actualClass, int predictedClass, long count) {
        check(actualClass);
        check(predictedClass);
        if (count < 0) {
            throw new IllegalArgumentException(
                    "A count of a confusion matrix is 0 or more, got " + count + ".");
        }
        if (count == 0) {
            return;
        }
        total = Math.addExact(total, count);
        support[actualClass] += count;
        predicted[predictedClass] += count;
        if (dense != null) {
            dense[actualClass * classes + predictedClass] += count;
        } else {
            sparse.merge((long) actualClass * classes + predictedClass, count, Long::sum);
        }
    }

    void add(ConfusionMatrix other) {
        if (other.classes != classes) {
            throw new IllegalArgumentException(
                    "Matrices of "
                            + classes
                            + " and "
                            + other.classes
                            + " classes cannot be added; both must come from the same classes.");
        }
        other.cells().forEach(cell -> add(cell.actual(), cell.predicted(), cell.count()));
    }

    ConfusionMatrix copy() {
        ConfusionMatrix copy = new ConfusionMatrix(classes);
        copy.add(this);
        return copy;
    }

    /**
     * Returns the number of classes.
     *
     * @return number of rows, which is the number of columns
     */
    public int classes() {
        return classes;
    }

    /**
     * Returns how many samples were counted.
     *
     * @return sum of all cells
     */
    public long total() {
        return total;
    }

    /**
     * Returns how many samples were predicted correctly.
     *
     * @return sum of the diagonal
     */
    public long correct() {
        long sum = 0;
        for (int i = 0; i < classes; i++) {
            sum += count(i, i);
        }
        return sum;
    }

    /**
     * Returns one cell.
     *
     * @param actualClass index of the true class
     * @param predictedClass index of the predicted class
     * @return how many samples of the true class were predicted so
     * @throws IllegalArgumentException if an index is not a class
     */
    public long count(int actualClass, int predictedClass) {
        check(actualClass);
        check(predictedClass);
        return dense != null
                ? dense[actualClass * classes + predictedClass]
                : sparse.getOrDefault((long) actualClass * classes + predictedClass, 0L);
    }

    /**
     * Returns how many samples truly belong to a class.
     *
     * @param index index of the class
     * @return sum of its row
     * @throws IllegalArgumentException if the index is not a class
     */
    public long support(int index) {
        check(index);
        return support[index];
    }

    /**
     * Returns how many samples were predicted to belong to a class.
     *
     * @param index index of the class
     * @return sum of its column
     * @throws IllegalArgumentException if the index is not a class
     */
    public long predicted(int index) {
        check(index);
        return predicted[index];
    }

    /**
     * Returns the share of a class's samples that were recognised.
     *
     * @param index index of the class
     * @return between 0 and 1; NaN when the class has no sample
     * @throws IllegalArgumentException if the index is not a class
     */
    public double recall(int index) {
        return (double) count(index, index) / support(index);
    }

    /**
     * Returns the share of right ones among the samples that were predicted to be of a class.
     *
     * @param index index of the class
     * @return between 0 and 1; NaN when the class was never predicted
     * @throws IllegalArgumentException if the index is not a class
     */
    public double precision(int index) {
        return (double) count(index, index) / predicted(index);
    }

    /**
     * Lists every cell that is not zero, row by row.
     *
     * @return cells ordered by true class, then by predicted class
     */
    public List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        if (dense != null) {
            for (int i = 0; i < dense.length; i++) {
                if (dense[i] != 0) {
                    cells.add(new Cell(i / classes, i % classes, dense[i]));
                }
            }
        } else {
            sparse.forEach(
                    (key, count) ->
                            cells.add(
                                    new Cell((int) (key / classes), (int) (key % classes), count)));
            cells.sort(Comparator.comparingInt(Cell::actual).thenComparingInt(Cell::predicted));
        }
        return cells;
    }

    /**
     * Lists the most frequent mistakes.
     *
     * @param limit how many to list at most, 0 or more
     * @return cells off the diagonal, the largest count first; equal counts in order of the indices
     */
    public List<Cell> mostConfused(int limit) {
        return cells().stream()
                .filter(cell -> cell.actual() != cell.predicted())
                .sorted(Comparator.comparingLong(Cell::count).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfusionMatrix matrix
                && matrix.classes == classes
                && matrix.cells().equals(cells());
    }

    @Override
    public int hashCode() {
        return 31 * classes + cells().hashCode();
    }

    @Override
    public String toString() {
        return "ConfusionMatrix[classes=" + classes + ", total=" + total + "]";
    }

    private void check(int index) {
        if (index < 0 || index >= classes) {
            throw new IllegalArgumentException(
                    "Class "
                            + index
                            + " is none of the "
                            + classes
                            + " classes, 0 to "
                            + (classes - 1)
                            + ".");
        }
    }
}
