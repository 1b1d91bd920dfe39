// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Keeps the predictions that are most worth looking at, a fixed number of them, however many
 * samples pass by. Which ones are kept does not depend on the order of samples. Not thread-safe.
 */
public final class NotableOutcomes {

    private final int limit;
    private final boolean right;
    private final TreeSet<Notable> kept;

    /**
     * A prediction that was kept.
     *
     * @param sample index of the sample in its data set
     * @param outcome what was said about it
     */
    public record Notable(long sample, Outcome outcome) {}

    private NotableOutcomes(int limit, boolean right) {
        if (limit < 0) {
            throw new IllegalArgumentException(
                    "The number of predictions to keep is 0 or more, got " + limit + ".");
        }
        this.limit = limit;
        this.right = right;
        Comparator<Notable> order =
                right
                        ? Comparator.comparingDouble(notable -> notable.outcome().loss())
                        : Comparator.<Notable>comparingDouble(
                                        notable -> notable.outcome().probability())
                                .thenComparingDouble(notable -> notable.outcome().loss())
                                .reversed();
        kept = new TreeSet<>(order.thenComparingLong(Notable::sample));
    }

    /**
     * Keeps the wrong predictions of which the classifier was surest: those with the largest
     * probability of the predicted class, of equal ones those with the larger loss.
     *
     * @param limit how many to keep, 0 or more
     * @return nothing yet
     * @throws IllegalArgumentException if the limit is negative
     */
    public static NotableOutcomes surestMistakes(int limit) {
        return new NotableOutcomes(limit, false);
    }

    /**
     * Keeps the right predictions with the smallest loss.
     *
     * @param limit how many to keep, 0 or more
     * @return nothing yet
     * @throws IllegalArgumentException if the limit is negative
     */
    public static NotableOutcomes surestRight(int limit) {
        return new NotableOutcomes(limit, true);
    }

    /**
     * Looks at one sample.
     *
     * @param sample index of the sample in its data set, each given once
     * @param outcome what the classifier said about it; one of the other kind is passed over
     */
    public void add(long sample, Outcome outcome) {
        if (right != (outcome.rank() == 0)) {
            return;
        }
        kept.add(new Notable(sample, outcome));
        if (kept.size() > limit) {
            kept.pollLast();
        }
    }

    /**
     * Lists what was kept.
     *
     * @return the most notable first
     */
    public List<Notable> list() {
        return List.copyOf(kept);
    }
}
