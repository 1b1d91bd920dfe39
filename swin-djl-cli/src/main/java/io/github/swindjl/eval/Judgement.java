// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.util.List;

/**
 * What a classifier said about one sample of a data set.
 *
 * @param sample index of the sample in the data set
 * @param outcome what it said, against the truth
 * @param top the {@value #TOP} most probable classes, or all if there are fewer, the most probable
 *     first
 */
public record Judgement(int sample, Outcome outcome, List<Ranking> top) {

    /** How many classes are named. */
    public static final int TOP = 5;

    /** Copies the list. */
    public Judgement {
        top = List.copyOf(top);
    }
}
