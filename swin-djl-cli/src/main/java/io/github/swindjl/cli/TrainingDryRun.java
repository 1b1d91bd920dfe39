// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.data.ImageFolder;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.train.TrainConfig;
import io.github.swindjl.train.Trainer;
import io.github.swindjl.train.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Tries a run out: one update in a folder that is removed again. */
final class TrainingDryRun {

    private TrainingDryRun() {}

    /** Prints the configuration as YAML, with what was found as comments. */
    static int run(Swin swin, TrainConfig config, Device device) throws IOException {
        Path temporary = Files.createTempDirectory("swin-dry-run");
        try {
            Path drawn = DataSampleCommand.DEFAULT_FOLDER;
            Path sample = Files.exists(drawn) ? drawn : temporary.resolve("sample-data");
            try (TrainingParts parts =
                    TrainingParts.of(swin, config.with("log_every", "1"), sample, device)) {
                TrainingListener.Step step = firstStep(parts, temporary.resolve("run"));
                print(swin.console().out(), config, parts, device, step);
            }
        } finally {
            Folders.remove(temporary);
        }
        return ExitCode.OK;
    }

    /** Hears of one step, then stops the training. */
    private static final class OneStep implements TrainingListener {
        private Trainer trainer;
        private Step step;

        @Override
        public void stepDone(Step done) {
            step = done;
            trainer.requestStop();
        }
    }

    private static TrainingListener.Step firstStep(TrainingParts parts, Path folder)
            throws IOException {
        OneStep listener = new OneStep();
        RunDirectory directory = RunDirectory.create(folder, parts.config(), Map.of());
        try (Trainer trainer = new Trainer(parts.setup(directory, listener))) {
            listener.trainer = trainer;
            trainer.run();
        }
        return listener.step;
    }

    private static void print(
            PrintWriter out,
            TrainConfig config,
            TrainingParts parts,
            Device device,
            TrainingListener.Step step) {
        ImageFolder train = parts.data().train();
        long perEpoch = parts.updatesPerEpoch();
        StringWriter facts = new StringWriter();
        try (PrintWriter lines = new PrintWriter(facts)) {
            new Facts()
                    .add(
                            "model",
                            String.format(
                                    Locale.ROOT,
                                    "%s, %,d parameters, %d classes",
                                    parts.model().description().name(),
                                    parts.parameters(),
                                    train.classes().size()))
                    .add(
                            "data",
                            train.size()
                                    + " training and "
                                    + parts.data().val().size()
                                    + " validation pictures")
                    .add(
                            "pictures",
                            ModelsCommand.describe(parts.model().description().preprocessing()))
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
                                    config.training().batchSize()
                                            * config.training().accumulate()
                                            / step.imagesPerSecond(),
                                    step.loss()))
                    .print(lines);
        }
        facts.toString().lines().forEach(line -> out.println("# " + line));
        out.print(config.toYaml());
    }
}
