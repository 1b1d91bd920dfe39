// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A class and how sure a classifier is of it.
 *
 * @param index index of the class
 * @param probability its softmax probability, 0 to 1
 */
public record Ranking(int index, double probability) {

    /**
     * Finds the most probable classes of one row of logits. The arithmetic is in double precision
     * and cannot overflow.
     *
     * @param logits one or more rows of finite values
     * @param from where the row starts
     * @param classes length of the row
     * @param limit how many classes to return at most
     * @return the most probable first; of equally probable ones the lowest index
     * @throws IllegalArgumentException if the row lies outside the array or a logit is not finite
     */
    public static List<Ranking> top(float[] logits, int from, int classes, int limit) {
        int best = Outcome.of(logits, from, classes, 0).predicted();
        double max = logits[from + best];
        double sum = 0;
        Comparator<Integer> worstFirst =
                Comparator.<Integer>comparingDouble(c -> logits[from + c])
                        .thenComparing(Comparator.reverseOrder());
        PriorityQueue<Integer> kept = new PriorityQueue<>(worstFirst);
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(logits[from + c] - max);
            kept.add(c);
            if (kept.size() > limit) {
                kept.remove();
            }
        }
        List<Ranking> ranking = new ArrayList<>(kept.size());
        while (!kept.isEmpty()) {
            int c = kept.remove();
            ranking.add(0, new Ranking(c, Math.exp(logits[from + c] - max) / sum));
        }
        return List.copyOf(ranking);
    }
}
