// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.data.ClassMatch;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.Evaluator;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.report.ResultTables;
import io.github.swindjl.report.TensorBoardWriter;
import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.Checkpoints;
import io.github.swindjl.train.MemoryUse;
import io.github.swindjl.train.RateScaling;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.train.Trainer;
import io.github.swindjl.train.config.MemoryChoice;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SwinModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One training run: trains, evaluates the best checkpoint, writes and prints what came out. */
final class TrainingRun {

    /** Classes up to which the table of them is printed. */
    private static final int TABLE_CLASSES = 20;

    private final Swin swin;
    private final TrainingParts parts;
    private final RunDirectory directory;
    private final Device device;
    private final Optional<Duration> maxTime;
    private final RunResults results;

    /** Prepares a run; where a time is given, it stops after that as by Ctrl-C. */
    TrainingRun(
            Swin swin,
            TrainingParts parts,
            RunDirectory directory,
            Device device,
            Optional<Duration> maxTime) {
        this.swin = swin;
        this.parts = parts;
        this.directory = directory;
        this.device = device;
        this.maxTime = maxTime;
        results = new RunResults(swin, directory);
    }

    /**
     * Trains to the end, or until a signal comes.
     *
     * @param resumed whether the run began before
     * @return the exit code
     */
    int run(boolean resumed) throws IOException {
        swin.note(introduction());
        Optional<Checkpoint> stopped = train(resumed);
        if (stopped.isPresent()) {
            return ExitCode.STOPPED;
        }
        double peakMemory = MemoryUse.peak(device);
        Checkpoint best = WeightsFile.best(directory);
        if (parts instanceof SegmentParts scenes) {
            new SegmentResults(swin, directory, scenes)
                    .finish(best, device, peakMemory, settings());
        } else if (parts instanceof SimMimParts pretraining) {
            new SimMimResults(swin, directory, pretraining)
                    .finish(best, device, peakMemory, settings());
        } else if (parts instanceof ClassificationParts pictures) {
            Evaluation evaluation = evaluate(best, pictures);
            results.write(evaluation, best, peakMemory, settings());
            print(evaluation.result(), best);
        }
        return ExitCode.OK;
    }

    private String introduction() {
        TrainConfig config = parts.config();
        return String.format(
                Locale.ROOT,
                "Training %s, %,d parameters, on %d pictures %s; %d epochs of %d"
                        + " updates on %s in %s.%n%s.%nThe run's folder is %s.",
                parts.model().description().name(),
                parts.parameters(),
                parts.data().train().size(),
                parts.classes()
                        .map(classes -> "of " + classes + " classes")
                        .orElse("without labels"),
                config.training().epochs(),
                parts.updatesPerEpoch(),
                DeviceChoice.nameOf(device),
                parts.precision().name().toLowerCase(Locale.ROOT),
                RateScaling.of(config),
                shown(directory.path()));
    }

    private Optional<Checkpoint> train(boolean resumed) throws IOException {
        try (TensorBoardWriter events =
                        new TensorBoardWriter(
                                directory.path().resolve("tensorboard"), Clock.systemUTC());
                TrainingProgress progress =
                        new TrainingProgress(swin, events, parts.task().metrics());
                Trainer trainer = new Trainer(parts.setup(directory, progress))) {
            if (parts.config().memory() == MemoryChoice.AUTO) {
                swin.note("Memory: " + trainer.memory().describe() + ".");
            }
            if (resumed) {
                resume(trainer);
            }
            StopOnSignal signal = new StopOnSignal(() -> stop(trainer, ""));
            TimeLimit limit =
                    maxTime.map(time -> new TimeLimit(time, () -> stop(trainer, "Time is up. ")))
                            .orElse(null);
            try (signal;
                    limit) {
                runTelling(trainer);
                progress.close();
                if (progress.stoppedAt().isPresent()) {
                    results.writeCurves();
                    tellHowToGoOn(progress.stoppedAt().get());
                }
            }
            return progress.stoppedAt();
        }
    }

    private void stop(Trainer trainer, String reason) {
        trainer.requestStop();
        swin.note("");
        swin.note(reason + "Stopping after the step under way.");
    }

    /** Trains; when that fails, tells what is left of the run. */
    private void runTelling(Trainer trainer) throws IOException {
        try {
            trainer.run();
        } catch (IOException | RuntimeException | Error e) {
            try {
                directory.checkpoints(parts.config().checkpoints()).all().stream()
                        .findFirst()
                        .ifPresent(
                                newest ->
                                        swin.note(
                                                "\nThe run ends here; its state "
                                                        + at(newest)
                                                        + " is kept. When what is told below is"
                                                        + " mended, go on with\n  swin train"
                                                        + " --resume "
                                                        + shown(directory.path())));
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private static String at(Checkpoint checkpoint) {
        return "after epoch "
                + checkpoint.state().epoch()
                + ", update "
                + checkpoint.state().update();
    }

    private void resume(Trainer trainer) throws IOException {
        Checkpoints.Search search = directory.checkpoints(parts.config().checkpoints()).latest();
        search.damaged().forEach(problem -> swin.note("Damaged, so passed over: " + problem));
        if (search.checkpoint().isPresent()) {
            trainer.resume(search.checkpoint().get());
            swin.note("Going on from " + shown(search.checkpoint().get().directory()) + ".");
        } else if (search.damaged().isEmpty()) {
            swin.note("The run has no checkpoint yet and begins anew.");
        } else {
            throw new IOException(
                    directory.path()
                            + " has no checkpoint that is whole, so there is nothing to resume"
                            + " from. Begin another run in another folder (--out), or remove "
                            + directory.path().resolve("checkpoints")
                            + " to begin this one anew.");
        }
    }

    /** The process may end as soon as this returns, so nothing is left in a buffer. */
    private void tellHowToGoOn(Checkpoint checkpoint) {
        swin.note(
                "Saved "
                        + at(checkpoint)
                        + ". To go on:\n  swin train --resume "
                        + shown(directory.path()));
        swin.console().err().flush();
    }

    private Evaluation evaluate(Checkpoint checkpoint, ClassificationParts pictures)
            throws IOException {
        ModelDescription description = ModelDescription.read(checkpoint.directory());
        HashedWeights weights = HashedWeights.verified(checkpoint.directory());
        try (OpenModel open =
                new OpenModel(
                        SwinModel.load(description, weights.file(), device),
                        description.labels(),
                        weights)) {
            PictureSource data = pictures.data().val();
            return Evaluation.of(
                    swin,
                    open,
                    data,
                    ClassMatch.of(data.root().toString(), data.classes(), open.classFolders()),
                    PictureSource.VAL,
                    new Evaluation.Options(
                            Evaluator.Options.of(
                                    parts.config().evaluation().batchSize(),
                                    parts.config().data().workers()),
                            Optional.empty(),
                            Precision.FP32,
                            RunResults.SHOWN,
                            Evaluation.Record.NONE));
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "computed",
                "on "
                        + DeviceChoice.nameOf(device)
                        + " in "
                        + parts.precision().name().toLowerCase(Locale.ROOT));
        settings.put("parameters", String.format(Locale.ROOT, "%,d", parts.parameters()));
        settings.put("training pictures", String.valueOf(parts.data().train().size()));
        settings.putAll(parts.config().flat());
        return settings;
    }

    private void print(ClassificationResult result, Checkpoint checkpoint) {
        PrintWriter out = swin.console().out();
        if (result.perClass().size() <= TABLE_CLASSES) {
            out.print(ResultTables.perClass(result).text());
            out.println();
        }
        new Facts()
                .add("top-1", ResultOptions.share(result.top1(), result.top1Correct(), result))
                .add("top-5", ResultOptions.share(result.top5(), result.top5Correct(), result))
                .add("loss", String.format(Locale.ROOT, "%.4f", result.loss()))
                .add("epoch", checkpoint.state().epoch())
                .add("report", shown(results.report()))
                .print(out);
        out.printf(
                Locale.ROOT,
                "result top1=%.4f checkpoint=%s%n",
                result.top1(),
                shown(checkpoint.directory()));
    }

    /** Paths below the working directory are shown from there. */
    static Path shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path) : path;
    }
}
