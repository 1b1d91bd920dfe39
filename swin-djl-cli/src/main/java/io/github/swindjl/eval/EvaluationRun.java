// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A result together with what it is a result of, so that only parts of one and the same evaluation
 * can be merged.
 *
 * @param setup what decides the result, by name: model, weights, data, split, protocol...; names
 *     keep their order
 * @param shardCount number of parts into which the data was dealt, 1 when it was not
 * @param shards parts that the result covers, each from 1 to {@code shardCount}
 * @param result result over these parts
 */
public record EvaluationRun(
        Map<String, String> setup,
        int shardCount,
        SortedSet<Integer> shards,
        ClassificationResult result) {

    /**
     * Checks the shards and copies what could change.
     *
     * @throws IllegalArgumentException if no shard is covered or one is out of range
     */
    public EvaluationRun {
        setup = Collections.unmodifiableMap(new LinkedHashMap<>(setup));
        shards = Collections.unmodifiableSortedSet(new TreeSet<>(shards));
        if (shards.isEmpty() || shards.first() < 1 || shards.last() > shardCount) {
            throw new IllegalArgumentException(
                    "The shards " + shards + " are not some of 1 to " + shardCount + ".");
        }
        Objects.requireNonNull(result, "result");
    }

    /**
     * Describes the result of one part.
     *
     * @param setup what decides the result, by name
     * @param shard which part of the data was evaluated
     * @param result what came out
     * @return the run
     */
    public static EvaluationRun of(
            Map<String, String> setup, Shard shard, ClassificationResult result) {
        return new EvaluationRun(
                setup, shard.count(), new TreeSet<>(Set.of(shard.index())), result);
    }

    /**
     * Tells whether all parts are in.
     *
     * @return whether the result is one over the whole data
     */
    public boolean complete() {
        return shards.size() == shardCount;
    }

    /**
     * Lists the parts that are not in.
     *
     * @return shard numbers, empty when complete
     */
    public SortedSet<Integer> missing() {
        SortedSet<Integer> missing = new TreeSet<>();
        for (int i = 1; i <= shardCount; i++) {
            if (!shards.contains(i)) {
                missing.add(i);
            }
        }
        return missing;
    }

    /**
     * Adds other parts of the same evaluation.
     *
     * @param other a run with the same setup, over parts that are not in this one
     * @return the run over both; the order of merging does not matter
     * @throws IllegalArgumentException if setups differ, or a part is in both
     */
    public EvaluationRun merge(EvaluationRun other) {
        Map<String, String> all = new LinkedHashMap<>(setup);
        all.putAll(other.setup);
        for (String name : all.keySet()) {
            if (!Objects.equals(setup.get(name), other.setup.get(name))) {
                throw new IllegalArgumentException(
                        "Results of different evaluations cannot be merged: "
                                + name
                                + " is '"
                                + setup.get(name)
                                + "' in one and '"
                                + other.setup.get(name)
                                + "' in the other.");
            }
        }
        if (shardCount != other.shardCount) {
            throw new IllegalArgumentException(
                    "One result is of data dealt into "
                            + shardCount
                            + " shards, the other of "
                            + other.shardCount
                            + "; only shards of one division can be merged.");
        }
        SortedSet<Integer> both = new TreeSet<>(shards);
        both.retainAll(other.shards);
        if (!both.isEmpty()) {
            throw new IllegalArgumentException(
                    "Shard "
                            + both.first()
                            + "/"
                            + shardCount
                            + " is in both results and would"
                            + " count twice; give each shard once.");
        }
        SortedSet<Integer> union = new TreeSet<>(shards);
        union.addAll(other.shards);
        return new EvaluationRun(setup, shardCount, union, result.merge(other.result));
    }
}
