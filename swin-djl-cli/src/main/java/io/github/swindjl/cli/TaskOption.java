// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.train.config.Recipe;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that says what to train for. */
final class TaskOption {

    /** The tasks, each with the recipe that it means without a configuration. */
    private static final Map<String, Optional<String>> TASKS = new LinkedHashMap<>();

    static {
        TASKS.put("classify", Optional.empty());
        TASKS.put("segment", Optional.of("sample_segment"));
        TASKS.put("simmim", Optional.of("sample_simmim"));
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description =
                    "What to train for: classify (the default); segment: a UperNet on the backbone "
                            + "--model labels each pixel; simmim: pre-training on pictures without "
                            + "labels, for --weights of a later training. Without --config, segment "
                            + "and simmim mean the recipes sample_segment and sample_simmim.")
    private String task;

    /** Refuses what is no task. */
    void check() {
        if (task != null && !TASKS.containsKey(task)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--task is '" + task + "', expected " + String.join(", ", TASKS.keySet()));
        }
    }

    /** Returns what was asked for, if anything. */
    Optional<String> name() {
        return Optional.ofNullable(task);
    }

    /** Returns the configuration that a run with these options begins with. */
    TrainConfig config(TrainOptions options) throws IOException {
        check();
        TrainConfig base = TrainConfig.defaults();
        Optional<String> recipe =
                task == null || options.hasConfig() ? Optional.empty() : TASKS.get(task);
        TrainConfig begun =
                recipe.map(name -> Recipe.find(name).orElseThrow().applyTo(base)).orElse(base);
        // A recipe's changes of the architecture are for its own model.
        TrainConfig config =
                options.config(options.namesModel() ? begun.withoutOverrides() : begun);
        TrainConfig asked = task == null ? config : config.with("task", task);
        options.requireEffect(asked);
        return asked;
    }
}
