// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A key whose value is not the one that a run began with.
 *
 * @param key path of the key, such as {@code optimizer.lr}
 * @param before value that the run began with, null if it had none
 * @param now value that it is asked to go on with, null for none
 */
public record ConfigChange(String key, String before, String now) {

    /** What a run may be given anew on its way: where, how fast and how closely watched it is. */
    private static final Set<String> FREE =
            Set.of(
                    "data.path",
                    "data.workers",
                    "device",
                    "threads",
                    "memory",
                    "log_every",
                    "training.skip_limit",
                    "evaluation.every",
                    "evaluation.batch_size",
                    "checkpoints.every",
                    "checkpoints.every_updates",
                    "checkpoints.keep",
                    "checkpoints.keep_best",
                    "stopping.patience",
                    "stopping.min_delta");

    /**
     * Compares two configurations.
     *
     * @param before what a run began with
     * @param now what it is asked to go on with
     * @return the keys that differ, in alphabetical order
     */
    public static List<ConfigChange> between(TrainConfig before, TrainConfig now) {
        Map<String, String> then = given(before);
        Map<String, String> wanted = given(now);
        Set<String> keys = new TreeSet<>(then.keySet());
        keys.addAll(wanted.keySet());
        List<ConfigChange> changes = new ArrayList<>();
        for (String key : keys) {
            if (!Objects.equals(then.get(key), wanted.get(key))) {
                changes.add(new ConfigChange(key, then.get(key), wanted.get(key)));
            }
        }
        return List.copyOf(changes);
    }

    private static Map<String, String> given(TrainConfig config) {
        Map<String, String> values = config.flat();
        values.values().removeIf("{}"::equals);
        return values;
    }

    /**
     * Tells whether a run can go on with the new value: whether what it learns in an update, and
     * from which pictures, stays the same but for rounding.
     *
     * @return whether the key may change on the way
     */
    public boolean isAllowed() {
        return FREE.contains(key) || isMoveOfExactState();
    }

    /** float32 is float32 wherever it lies. */
    private boolean isMoveOfExactState() {
        return key.equals("optimizer.state")
                && Stream.of(before, now).allMatch(List.of("float32", "host")::contains);
    }

    /**
     * Returns the change in words.
     *
     * @return such as {@code seed is 0 there and 7 here}
     */
    @Override
    public String toString() {
        return key + " is " + shown(before) + " there and " + shown(now) + " here";
    }

    private static String shown(String value) {
        return value == null ? "not set" : value;
    }
}
