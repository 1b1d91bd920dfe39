// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.zoo.NonFiniteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges samples where their logits are, so that a few numbers have to be read of each instead of
 * all logits. What it says is what {@link Outcome} and {@link Ranking} define. For one thread.
 */
final class Judge {

    /** Values of a sample's outcome: see {@code judge.py}. */
    private static final int OUTCOME = 6;

    /** Values of each class that is named. */
    private static final int RANKING = 3;

    private final NDManager owner;
    private final OutputSubset outputs;
    private final int classes;
    private final int named;
    private final Kernel kernel;
    private Optional<NDArray> chosen;

    /**
     * Prepares.
     *
     * @param owner manager on the logits' device, owner of what is kept and of the results
     * @param outputs the network's outputs for the data's classes
     * @param classes number of the data's classes
     * @param top how many of the first classes to name at most
     */
    Judge(NDManager owner, OutputSubset outputs, int classes, int top) {
        this.owner = owner;
        this.outputs = outputs;
        this.classes = classes;
        named = Math.min(top, classes);
        kernel =
                Kernel.of(
                        Judge.class,
                        "judge.py",
                        Map.of("subset", outputs != OutputSubset.ALL, "top", named));
    }

    /**
     * Judges a batch without waiting for the device.
     *
     * @param logits (n, outputs)
     * @param right the right classes of each sample, at least one
     * @return what {@link #read} reads
     * @throws IllegalArgumentException if the network has other outputs than the data has classes,
     *     or a right class is none of them
     */
    NDArray judge(NDArray logits, int[][] right) {
        int all = (int) logits.getShape().get(1);
        if (chosen == null) {
            Optional<long[]> among = outputs.among(all);
            ClassificationMetrics.requireClasses(
                    among.map(some -> some.length).orElse(all), classes);
            chosen = among.map(some -> Transfers.send(owner, some, new Shape(some.length)));
        }
        int most = 1;
        for (int[] one : right) {
            most = Math.max(most, one.length);
        }
        long[] padded = new long[right.length * most];
        for (int i = 0; i < padded.length; i++) {
            int[] one = right[i / most];
            padded[i] = checked(one[i % most < one.length ? i % most : 0]);
        }
        try (NDArray labels = Transfers.send(owner, padded, new Shape(right.length, most))) {
            NDArray judged = kernel.call(false, logits, labels, chosen.orElse(logits));
            judged.attach(owner);
            return judged;
        }
    }

    private int checked(int label) {
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
        return label;
    }

    /** Returns how many values there are of each sample. */
    int columns() {
        return OUTCOME + RANKING * named;
    }

    /**
     * Explains the values of a sample.
     *
     * @param values of some samples
     * @param from where those of this one begin
     * @param sample its index in the data set
     * @throws NonFiniteException if one of its logits is not finite
     */
    Judgement read(double[] values, int from, int sample) {
        int damaged = (int) values[from + 5];
        if (damaged < classes) {
            throw new NonFiniteException(
                    "The logit of class "
                            + damaged
                            + " for sample "
                            + sample
                            + " is NaN or infinite");
        }
        Outcome outcome =
                new Outcome(
                        (int) values[from],
                        (int) values[from + 1],
                        values[from + 2],
                        (int) values[from + 3],
                        values[from + 4]);
        List<Ranking> top = new ArrayList<>(named);
        for (int i = 0; i < named; i++) {
            int at = from + OUTCOME + i * RANKING;
            top.add(new Ranking((int) values[at], (float) values[at + 1], values[at + 2]));
        }
        return new Judgement(sample, outcome, top);
    }
}
