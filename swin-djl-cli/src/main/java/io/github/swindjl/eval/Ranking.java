// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.util.ArrayList;
import java.util.List;

/**
 * A class and how sure a classifier is of it.
 *
 * @param index index of the class
 * @param logit what the network says about it
 * @param probability its softmax probability, 0 to 1
 */
public record Ranking(int index, float logit, double probability) {

    /**
     * Finds the most probable classes of one row of logits. The arithmetic is in double precision
     * and cannot overflow.
     *
     * @param logits one or more rows of finite values
     * @param from where the row starts
     * @param classes length of the row
     * @param limit how many classes to return at most
     * @return the most probable first; of equally probable ones the lowest index
     * @throws IllegalArgumentException if the row lies outside the array
     * @throws io.github.swindjl.zoo.NonFiniteException if a logit is not finite
     */
    public static List<Ranking> top(float[] logits, int from, int classes, int limit) {
        int best = Outcome.of(logits, from, classes, 0).predicted();
        double max = logits[from + best];
        double sum = 0;
        int[] first = new int[Math.max(0, Math.min(limit, classes))];
        int count = 0;
        for (int c = 0; c < classes; c++) {
            float logit = logits[from + c];
            sum += Math.exp(logit - max);
            if (count < first.length || count > 0 && logit > logits[from + first[count - 1]]) {
                int place = count < first.length ? count++ : count - 1;
                while (place > 0 && logit > logits[from + first[place - 1]]) {
                    first[place] = first[place - 1];
                    place--;
                }
                first[place] = c;
            }
        }
        List<Ranking> ranking = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            float logit = logits[from + first[i]];
            ranking.add(new Ranking(first[i], logit, Math.exp(logit - max) / sum));
        }
        return List.copyOf(ranking);
    }
}
