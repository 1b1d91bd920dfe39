// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Keeps the wrong predictions with the largest loss, a fixed number of them, however many samples
 * pass by. Which ones are kept does not depend on the order of samples. Not thread-safe.
 */
public final class WorstMistakes {

    private static final Comparator<Mistake> WORST_FIRST =
            Comparator.<Mistake>comparingDouble(mistake -> mistake.outcome().loss())
                    .reversed()
                    .thenComparingLong(Mistake::sample);

    private final int limit;
    private final TreeSet<Mistake> kept = new TreeSet<>(WORST_FIRST);

    /**
     * A wrong prediction.
     *
     * @param sample index of the sample in its data set
     * @param outcome what was said about it
     */
    public record Mistake(long sample, Outcome outcome) {}

    /**
     * Starts with nothing kept.
     *
     * @param limit how many to keep, 0 or more
     * @throws IllegalArgumentException if the limit is negative
     */
    public WorstMistakes(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException(
                    "The number of mistakes to keep is 0 or more, got " + limit + ".");
        }
        this.limit = limit;
    }

    /**
     * Looks at one sample.
     *
     * @param sample index of the sample in its data set, each given once
     * @param outcome what the classifier said about it; a correct one is passed over
     */
    public void add(long sample, Outcome outcome) {
        if (outcome.rank() == 0) {
            return;
        }
        kept.add(new Mistake(sample, outcome));
        if (kept.size() > limit) {
            kept.pollLast();
        }
    }

    /**
     * Lists what was kept.
     *
     * @return the largest loss first
     */
    public List<Mistake> list() {
        return List.copyOf(kept);
    }
}
