// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import io.github.swindjl.zoo.NonFiniteException;

/**
 * What a classifier said about one sample, against the truth.
 *
 * @param label index of the true class
 * @param predicted index of the class with the largest logit; of equal ones the lowest index
 * @param probability softmax probability of the predicted class, 0 to 1
 * @param rank how many classes come before the true one: those with a larger logit, and those with
 *     an equal logit and a lower index; 0 is a correct prediction
 * @param loss cross-entropy in nats, 0 or more
 */
public record Outcome(int label, int predicted, double probability, int rank, double loss) {

    /**
     * Judges one row of logits. The arithmetic is in double precision and cannot overflow.
     *
     * @param logits one or more rows of finite values
     * @param from where the row starts
     * @param classes length of the row
     * @param label index of the true class
     * @return the outcome
     * @throws IllegalArgumentException if the row lies outside the array or the label is not a
     *     class
     * @throws NonFiniteException if a logit is not finite
     */
    public static Outcome of(float[] logits, int from, int classes, int label) {
        if (classes < 1 || from < 0 || classes > logits.length - from) {
            throw new IllegalArgumentException(
                    "A row of "
                            + classes
                            + " logits at "
                            + from
                            + " does not lie in an array of "
                            + logits.length
                            + ".");
        }
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(
                    "Label "
                            + label
                            + " is none of the "
                            + classes
                            + " classes, 0 to "
                            + (classes - 1)
                            + ".");
        }
        float own = logits[from + label];
        int best = 0;
        int rank = 0;
        for (int c = 0; c < classes; c++) {
            float logit = logits[from + c];
            if (!Float.isFinite(logit)) {
                throw new NonFiniteException(
                        "The logit of class " + c + " in row " + from / classes + " is " + logit);
            }
            if (logit > logits[from + best]) {
                best = c;
            }
            if (logit > own || logit == own && c < label) {
                rank++;
            }
        }
        double max = logits[from + best];
        double others = 0;
        for (int c = 0; c < classes; c++) {
            if (c != best) {
                others += Math.exp(logits[from + c] - max);
            }
        }
        // log1p keeps the loss of a very sure prediction, which log(1 + x) would round to zero.
        double loss = Math.log1p(others) + (max - own);
        return new Outcome(label, best, 1 / (1 + others), rank, loss);
    }

    /**
     * Judges one row of logits of a sample for which several classes are right: against the one of
     * them with the largest logit, of equal ones the lowest index. So the rank is that of the first
     * right class, the prediction is correct if it is any of them, and the loss is the smallest
     * that one of them gives.
     *
     * @param logits one or more rows of finite values
     * @param from where the row starts
     * @param classes length of the row
     * @param labels indices of the right classes, at least one
     * @return the outcome, whose label is the class it was judged against
     * @throws IllegalArgumentException if no class is right, or for the reasons of {@link #of}
     */
    public static Outcome ofAny(float[] logits, int from, int classes, int... labels) {
        if (labels.length == 0) {
            throw new IllegalArgumentException("A sample is judged against at least one class.");
        }
        Outcome best = null;
        for (int label : labels) {
            Outcome outcome = of(logits, from, classes, label);
            if (best == null || outcome.rank() < best.rank()) {
                best = outcome;
            }
        }
        return best;
    }
}
