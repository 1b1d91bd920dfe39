// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.train.config.TrainConfig.Task;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which keys each task does not look at. */
final class TaskKeys {

    private static final Map<Task, List<String>> IGNORED = new EnumMap<>(Task.class);

    static {
        IGNORED.put(Task.CLASSIFY, List.of("segmentation", "simmim"));
        IGNORED.put(
                Task.SEGMENT,
                List.of(
                        "simmim",
                        "evaluation.batch_size",
                        "training.label_smoothing",
                        "augmentation.crop",
                        "augmentation.area",
                        "augmentation.aspect",
                        "augmentation.padding",
                        "augmentation.interpolation",
                        "augmentation.policy",
                        "augmentation.color_jitter",
                        "augmentation.erasing",
                        "augmentation.mixing",
                        "augmentation.repeats"));
        IGNORED.put(
                Task.SIMMIM,
                List.of(
                        "segmentation",
                        "training.label_smoothing",
                        "optimizer.layer_decay",
                        "optimizer.layer_rule",
                        "augmentation.erasing",
                        "augmentation.mixing",
                        "augmentation.repeats"));
    }

    private TaskKeys() {}

    /** Refuses a key, or one below it, that the task does not look at. */
    static void requireEffect(Task task, String key) {
        for (String ignored : IGNORED.get(task)) {
            if (key.equals(ignored) || key.startsWith(ignored + ".")) {
                throw withoutEffect(task, key);
            }
        }
    }

    /** Says that a key has no effect. */
    static ConfigException withoutEffect(Task task, String key) {
        String name = task.name().toLowerCase(Locale.ROOT);
        String others =
                switch (task) {
                    case CLASSIFY -> "leave it away, or name its task with --task";
                    case SEGMENT -> "see the keys of segmentation";
                    case SIMMIM -> "see the keys of simmim";
                };
        return new ConfigException(key, "has no effect with task " + name + "; " + others);
    }
}
