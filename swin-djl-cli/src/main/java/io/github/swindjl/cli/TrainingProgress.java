// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.report.TensorBoardWriter;
import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Shows how a training run goes, and writes its curves for TensorBoard. */
final class TrainingProgress implements TrainingListener, AutoCloseable {

    /** How people call what evaluations find, where that is not the name. */
    private static final Map<String, String> TITLES =
            Map.of(
                    "val_loss", "val loss",
                    "val_top1", "top-1",
                    "val_top5", "top-5",
                    "val_miou", "mIoU",
                    "val_macc", "mAcc",
                    "val_aacc", "aAcc");

    private final List<String> metrics;
    private final Swin swin;
    private final TensorBoardWriter events;
    private Progress progress;
    private Plan plan;
    private long update;
    private boolean headed;
    private Checkpoint stoppedAt;

    /** Writes to the event file, which its owner closes. */
    TrainingProgress(Swin swin, TensorBoardWriter events, List<String> metrics) {
        this.metrics = List.copyOf(metrics);
        this.swin = swin;
        this.events = events;
    }

    @Override
    public void started(Plan begun) {
        plan = begun;
        update = begun.from().update();
        progress = Progress.of(swin, "train", begun.epochs() * begun.updatesPerEpoch());
    }

    @Override
    public void stepDone(Step step) {
        update = step.update();
        progress.show(
                update,
                String.format(
                        Locale.ROOT,
                        "epoch %d/%d, loss %.3f, %s left, %.0f images/s, %.0f %% wait, lr %.1e,"
                                + " norm %.2f, %.0f MB%s",
                        step.epoch(),
                        plan.epochs(),
                        step.loss(),
                        minutes(step.remaining()),
                        step.imagesPerSecond(),
                        100 * step.dataWait(),
                        step.rate(),
                        step.gradientNorm(),
                        step.memoryMegabytes(),
                        step.leftOut() > 0 ? ", " + step.leftOut() + " updates left out" : ""));
        record("train/updates_left_out", step.leftOut());
        record("train/loss", step.loss());
        record("train/learning_rate", step.rate());
        record("train/gradient_norm", step.gradientNorm());
        record("train/images_per_second", step.imagesPerSecond());
        record("train/data_wait", step.dataWait());
        record("train/memory_mb", step.memoryMegabytes());
    }

    @Override
    public void evaluating(int epoch) {
        progress.show(update, "epoch " + epoch + "/" + plan.epochs() + ", evaluating");
    }

    @Override
    public void epochDone(Epoch epoch) {
        if (!headed) {
            headed = true;
            progress.line(
                    line(
                            "epoch",
                            "train loss",
                            name -> TITLES.getOrDefault(name, name),
                            "images/s"));
        }
        progress.line(
                line(
                        String.valueOf(epoch.epoch()),
                        decimal(epoch.trainLoss()),
                        name -> figure(epoch, name),
                        String.format(Locale.ROOT, "%.0f", epoch.imagesPerSecond())));
        for (Map.Entry<String, Double> figure : epoch.metrics().entrySet()) {
            record(figure.getKey().replaceFirst("_", "/"), figure.getValue());
        }
    }

    @Override
    public void endedEarly(int epoch) {
        progress.line(
                "Ended after epoch "
                        + epoch
                        + ": the evaluations no longer got better (stopping.patience).");
    }

    @Override
    public void stopped(Checkpoint checkpoint) {
        stoppedAt = checkpoint;
    }

    /** Returns where the run can go on, if it was stopped before its end. */
    Optional<Checkpoint> stoppedAt() {
        return Optional.ofNullable(stoppedAt);
    }

    /** One column for each figure of an evaluation, between the others. */
    private String line(String first, String second, UnaryOperator<String> figures, String last) {
        StringBuilder line = new StringBuilder(String.format("%6s %11s", first, second));
        metrics.forEach(name -> line.append(String.format(" %9s", figures.apply(name))));
        return line.append(String.format(" %9s", last)).toString();
    }

    private static String figure(Epoch epoch, String name) {
        Double value = epoch.metrics().get(name);
        if (value == null) {
            return "-";
        }
        return name.endsWith("loss") ? decimal(value) : percent(value);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** Hours, minutes and seconds as a clock shows them. */
    static String minutes(Duration time) {
        return time.toHours() > 0
                ? String.format(
                        "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format("%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    private void record(String tag, double value) {
        try {
            events.scalar(tag, update, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
