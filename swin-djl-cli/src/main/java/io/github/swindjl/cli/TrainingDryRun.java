// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.train.MemoryPlan;
import io.github.swindjl.train.MemoryUse;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.train.Trainer;
import io.github.swindjl.train.TrainingListener;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tries a run out: some updates in a folder that is removed again. */
final class TrainingDryRun {

    /** How many updates to try. */
    private static final int UPDATES = 6;

    /** When not to begin another one. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private TrainingDryRun() {}

    /** Prints the configuration as YAML, with what was found as comments. */
    static int run(Swin swin, TrainConfig config, Device device) throws IOException {
        Path temporary = Files.createTempDirectory("swin-dry-run");
        try {
            Path drawn = TrainingParts.sampleFolder(config);
            Path sample = Files.exists(drawn) ? drawn : temporary.resolve("sample-data");
            try (TrainingParts parts =
                    TrainingParts.of(swin, config.with("log_every", "1"), sample, device)) {
                Trial trial = trial(parts, temporary.resolve("run"));
                print(swin.console().out(), config, parts, device, trial);
            }
        } finally {
            Folders.remove(temporary);
        }
        return ExitCode.OK;
    }

    /** Hears of some steps, then stops the training. */
    private static final class Trial implements TrainingListener {

        private final long end = System.nanoTime() + LONGEST.toNanos();
        private final List<Step> steps = new ArrayList<>();
        private Trainer trainer;
        private double megabytes;
        private MemoryPlan memory;

        @Override
        public void stepDone(Step done) {
            steps.add(done);
            if (steps.size() >= UPDATES || System.nanoTime() > end) {
                trainer.requestStop();
            }
        }

        /** Seconds of an update; the first one also pays for what is made once. */
        double[] seconds(double pictures) {
            return steps.stream()
                    .skip(steps.size() > 1 ? 1 : 0)
                    .mapToDouble(step -> pictures / step.imagesPerSecond())
                    .sorted()
                    .toArray();
        }
    }

    private static Trial trial(TrainingParts parts, Path folder) throws IOException {
        Trial trial = new Trial();
        RunDirectory directory = RunDirectory.create(folder, parts.config(), Map.of());
        try (Trainer trainer = new Trainer(parts.setup(directory, trial))) {
            trial.trainer = trainer;
            trial.memory = trainer.memory();
            trainer.run();
            trial.megabytes = MemoryUse.peak(trainer.device());
        }
        return trial;
    }

    private static void print(
            PrintWriter out, TrainConfig config, TrainingParts parts, Device device, Trial trial) {
        double pictures = config.training().batchSize() * config.training().accumulate();
        double[] seconds = trial.seconds(pictures);
        double median = seconds[seconds.length / 2];
        TrainingListener.Step first = trial.steps.get(0);
        long perEpoch = parts.updatesPerEpoch();
        StringWriter facts = new StringWriter();
        try (PrintWriter lines = new PrintWriter(facts)) {
            new Facts()
                    .add(
                            "model",
                            String.format(
                                    Locale.ROOT,
                                    "%s, %,d parameters%s",
                                    parts.model().description().name(),
                                    parts.parameters(),
                                    parts.classes()
                                            .map(classes -> ", " + classes + " classes")
                                            .orElse("")))
                    .add(
                            "data",
                            parts.data().train().size()
                                    + " training and "
                                    + parts.data().val().size()
                                    + " validation pictures")
                    .add("pictures", parts.pictures())
                    .add(
                            "updates",
                            config.training().epochs() * perEpoch
                                    + ", "
                                    + perEpoch
                                    + " in each of "
                                    + config.training().epochs()
                                    + " epochs")
                    .add(
                            "computed",
                            "on "
                                    + DeviceChoice.nameOf(device)
                                    + " in "
                                    + parts.precision().name().toLowerCase(Locale.ROOT))
                    .add(
                            "first update",
                            String.format(
                                    Locale.ROOT,
                                    "%.2f s, loss %.4f",
                                    pictures / first.imagesPerSecond(),
                                    first.loss()))
                    .add(
                            "time",
                            String.format(
                                    Locale.ROOT,
                                    "%s for all updates, evaluations not counted (median of the"
                                            + " %d tried after the first: %.3f s)",
                                    TrainingProgress.minutes(
                                            Duration.ofMillis(
                                                    (long)
                                                            (1000
                                                                    * median
                                                                    * perEpoch
                                                                    * config.training().epochs()))),
                                    seconds.length,
                                    median))
                    .add("memory mode", trial.memory.describe())
                    .add(
                            "memory",
                            Double.isNaN(trial.megabytes)
                                    ? "not told by this system"
                                    : String.format(
                                            Locale.ROOT,
                                            "%.0f MB at most in these updates (%s)",
                                            trial.megabytes,
                                            device.isGpu()
                                                    ? "the whole device"
                                                    : "the process, Java's own included"))
                    .print(lines);
        }
        facts.toString().lines().forEach(line -> out.println("# " + line));
        out.print(config.toYaml());
    }
}
