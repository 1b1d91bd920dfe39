// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.TextTable;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.train.RunLock;
import io.github.swindjl.train.config.ConfigChange;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.Recipe;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code swin train}. */
@Command(
        name = "train",
        description = {
            "Trains a classifier, a segmentation network, or, without labels, one that guesses"
                    + " hidden parts of pictures. Without options: draws the built-in pictures into sample-data,"
                    + " trains a small Swin V2 on them, and writes everything about it into a new"
                    + " folder below runs.",
            "Ctrl-C saves and tells how to go on. The last line of output is 'result"
                    + " <figure>=<number> checkpoint=<folder>', where the figure is top1, miou"
                    + " or loss."
        })
final class TrainCommand implements Callable<Integer> {

    private static final String AUTO = "auto";

    @Spec private CommandSpec spec;

    @Mixin private TrainOptions options;

    @Option(
            names = "--list-recipes",
            description = "Show the configurations that --config knows by name, and nothing else.")
    private boolean listRecipes;

    @Mixin private TaskOption task;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "A new or empty folder for the run (default: one below runs).")
    private Path out;

    @Option(
            names = "--resume",
            paramLabel = "auto|DIR",
            description =
                    "Go on with the run in this folder. auto: with the one in --out, or the "
                            + "newest unfinished one below runs; or begin one if there is none.")
    private String resume;

    @Option(
            names = "--max-time",
            paramLabel = "TIME",
            converter = TimeLimit.Converter.class,
            description =
                    "Stop after this time (90s, 45m, 1h30m) as Ctrl-C does: the step under way is "
                            + "finished and saved. The run can go on later.")
    private Duration maxTime;

    @Option(
            names = "--study",
            paramLabel = "KEY=V1,V2,...",
            description =
                    "Train once for each value of a setting (accumulate=1,2,4,8 or any key such as "
                            + "optimizer.lr=1e-3,2e-3) with the same seed and order of pictures, "
                            + "and compare: --out gets a run for each, a table and a plot.")
    private String study;

    @Option(
            names = "--dry-run",
            description =
                    "Check everything, try a few updates, print the configuration and what the "
                            + "run will take; write nothing.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException {
        if (listRecipes) {
            Swin.of(spec).console().out().print(recipes().text());
            return ExitCode.OK;
        }
        task.check();
        if (study != null) {
            return study();
        }
        if (resume != null && !resume.equals(AUTO)) {
            return goOn(Path.of(resume));
        }
        try {
            TrainConfig config = absolute(task.config(options));
            if (dryRun) {
                return TrainingDryRun.run(Swin.of(spec), config, device(config));
            }
            if (resume != null) {
                RunDirectory found = RunFolders.unfinished(out);
                if (found != null) {
                    List<ConfigChange> changes = ConfigChange.between(found.config(), config);
                    if (!changes.stream().allMatch(ConfigChange::isAllowed)) {
                        throw new IOException(refusal(found, changes));
                    }
                    return run(found, config, changes);
                }
            }
            return begin(config);
        } catch (ConfigException e) {
            throw options.blamed(e);
        }
    }

    private static TextTable recipes() {
        TextTable table =
                new TextTable(
                        Column.text("recipe", "recipe"),
                        Column.text("purpose", "purpose"),
                        Column.text("source", "source"));
        Recipe.all().forEach(recipe -> table.row(recipe.name(), recipe.purpose(), recipe.source()));
        return table;
    }

    private int study() throws IOException {
        if (dryRun || resume != null || maxTime != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    (dryRun ? "--dry-run" : resume != null ? "--resume" : "--max-time")
                            + " has no effect with --study; a study goes on by itself when it is"
                            + " started again with the same --out");
        }
        int equals = study.indexOf('=');
        if (equals < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--study is '" + study + "', expected KEY=VALUE,VALUE,...");
        }
        try {
            TrainConfig config = absolute(task.config(options));
            if (config.task() != TrainConfig.Task.CLASSIFY) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--study compares trainings to classify, this one's task is "
                                + config.task().name().toLowerCase(Locale.ROOT));
            }
            return new Study(
                            Swin.of(spec),
                            out != null ? out : RunFolders.fresh(),
                            options.key(study.substring(0, equals)),
                            Study.values(study.substring(equals + 1)),
                            config)
                    .run();
        } catch (ConfigException e) {
            throw options.blamed(e);
        }
    }

    private int goOn(Path folder) throws IOException {
        if (out != null || dryRun) {
            throw new ParameterException(
                    spec.commandLine(),
                    (dryRun ? "--dry-run" : "--out") + " has no effect with --resume " + folder);
        }
        RunDirectory directory = RunDirectory.open(folder);
        TrainConfig before = directory.config();
        if (task.name()
                .filter(asked -> !before.task().name().equalsIgnoreCase(asked))
                .isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--task is '"
                            + task.name().get()
                            + "', but the run "
                            + folder
                            + " has the task "
                            + before.task().name().toLowerCase(Locale.ROOT));
        }
        try {
            TrainConfig config = absolute(options.config(before));
            options.requireEffect(config);
            List<ConfigChange> changes = ConfigChange.between(before, config);
            if (!changes.stream().allMatch(ConfigChange::isAllowed)) {
                throw new ParameterException(spec.commandLine(), refusal(directory, changes));
            }
            return run(directory, config, changes);
        } catch (ConfigException e) {
            throw options.blamed(e);
        }
    }

    /** Tells every change that would lead elsewhere, and what to do. */
    private static String refusal(RunDirectory found, List<ConfigChange> changes) {
        return "The unfinished run "
                + found.path()
                + " has another configuration: "
                + changes.stream()
                        .filter(change -> !change.isAllowed())
                        .map(ConfigChange::toString)
                        .collect(Collectors.joining("; "))
                + ". These decide what it learns. Go on as it was with --resume "
                + found.path()
                + ", or begin another run with another --out (--weights "
                + found.path()
                + " begins with what this one has learnt).";
    }

    private int begin(TrainConfig config) throws IOException {
        Device device = device(config);
        try (TrainingParts parts = parts(config, device)) {
            Map<String, ?> manifest =
                    RunManifest.of(parts, device, parts.precision(), commandLine());
            RunDirectory directory =
                    out != null
                            ? RunDirectory.create(out, config, manifest)
                            : RunFolders.create(config, manifest);
            RunLock lock = directory.lock();
            try (lock) {
                return training(parts, directory, device).run(false);
            } catch (IOException | RuntimeException | Error e) {
                RunFolders.removeIfWithoutCheckpoint(directory, e);
                throw e;
            }
        }
    }

    private int run(RunDirectory directory, TrainConfig config, List<ConfigChange> changes)
            throws IOException {
        Device device = device(config);
        try (RunLock lock = directory.lock();
                TrainingParts parts = parts(config, device)) {
            RunManifest.requireSameData(directory, parts.splits());
            changes.forEach(
                    change ->
                            Swin.of(spec)
                                    .note(
                                            "Changed: "
                                                    + change.key()
                                                    + " was "
                                                    + change.before()
                                                    + " and is "
                                                    + change.now()
                                                    + " from here on."));
            if (!changes.isEmpty()) {
                directory.replaceConfig(config);
            }
            return training(parts, directory, device).run(true);
        }
    }

    private TrainingRun training(TrainingParts parts, RunDirectory directory, Device device) {
        return new TrainingRun(
                Swin.of(spec), parts, directory, device, Optional.ofNullable(maxTime));
    }

    private TrainingParts parts(TrainConfig config, Device device) throws IOException {
        return TrainingParts.of(Swin.of(spec), config, null, device);
    }

    private Device device(TrainConfig config) {
        return options.device(config);
    }

    /** The run may go on from another folder, so its pictures are named in full. */
    private static TrainConfig absolute(TrainConfig config) {
        String path = config.data().path();
        return path.equals(TrainingParts.SAMPLE)
                        || DataFolder.isName(path)
                        || Files.notExists(Path.of(path))
                ? config
                : config.with("data.path", Path.of(path).toAbsolutePath().normalize().toString());
    }

    private List<String> commandLine() {
        return spec.commandLine().getParseResult().originalArgs();
    }
}
