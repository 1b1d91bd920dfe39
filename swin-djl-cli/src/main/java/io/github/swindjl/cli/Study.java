// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.HistoryRow;
import io.github.swindjl.report.LinePlot;
import io.github.swindjl.report.Png;
import io.github.swindjl.report.StudyPlot;
import io.github.swindjl.report.TextTable;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.train.config.ConfigChange;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Trains once for each value of a setting, everything else being equal, and compares the results.
 *
 * <p>Each variant is a process of its own, so that none profits from what the one before warmed up,
 * its memory is its own, and its failure is not the others'. A study that was interrupted goes on
 * when it is started again: finished variants are kept, the one under way is resumed.
 */
final class Study {

    private static final String RESULTS = "results.json";

    private final Swin swin;
    private final Path folder;
    private final String key;
    private final List<Variant> variants;

    /** One value, with its run. */
    private record Variant(String value, TrainConfig config, Path run) {}

    /** What became of a variant; figures are NaN or null where there are none. */
    private record Outcome(
            Variant variant,
            int exit,
            String problem,
            double top1,
            double loss,
            double trainLoss,
            Long updates,
            double seconds,
            double imagesPerSecond,
            double memory,
            String checkpoint) {}

    /**
     * Prepares a study.
     *
     * @param folder where its runs and results go
     * @param key path of the setting, such as {@code training.accumulate}
     * @param values its values, as texts
     * @param base everything else
     * @throws io.github.swindjl.train.config.ConfigException if a value does not fit the setting
     */
    Study(Swin swin, Path folder, String key, List<String> values, TrainConfig base) {
        this.swin = swin;
        this.folder = folder;
        this.key = key;
        variants = new ArrayList<>();
        for (String value : values) {
            String name =
                    key.substring(key.lastIndexOf('.') + 1)
                            + "="
                            + value.replaceAll("[^A-Za-z0-9.+-]+", "_");
            variants.add(new Variant(value, base.with(key, value), folder.resolve(name)));
        }
    }

    /** Splits values at commas that are not within brackets. */
    static List<String> values(String text) {
        List<String> values = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
            if (c == ',' && depth == 0) {
                values.add(text.substring(begin, i).strip());
                begin = i + 1;
            }
        }
        return values;
    }

    /**
     * Runs every variant and writes the comparison.
     *
     * @return the exit code: that of the first variant that failed
     */
    int run() throws IOException {
        Files.createDirectories(folder);
        List<Outcome> outcomes = new ArrayList<>();
        for (Variant variant : variants) {
            swin.note(
                    String.format(
                            "%nVariant %d of %d: %s=%s",
                            outcomes.size() + 1, variants.size(), key, variant.value()));
            Outcome outcome = run(variant);
            if (outcome.exit() == ExitCode.STOPPED || outcome.exit() == ExitCode.TERMINATED) {
                swin.note("The study stops here; the same command goes on with it.");
                return outcome.exit();
            }
            outcomes.add(outcome);
        }
        write(outcomes);
        return outcomes.stream()
                .mapToInt(Outcome::exit)
                .filter(exit -> exit != ExitCode.OK)
                .findFirst()
                .orElse(ExitCode.OK);
    }

    private Outcome run(Variant variant) throws IOException {
        if (Files.exists(variant.run().resolve(RESULTS))) {
            List<ConfigChange> changes =
                    ConfigChange.between(
                            RunDirectory.open(variant.run()).config(), variant.config());
            if (!changes.stream().allMatch(ConfigChange::isAllowed)) {
                throw new IOException(
                        variant.run()
                                + " is a finished run of another study ("
                                + changes.get(0)
                                + "); name another folder for --out.");
            }
            swin.note("It is finished already.");
            return finished(variant);
        }
        Path config = folder.resolve(variant.run().getFileName() + ".yaml");
        AtomicFile.writeText(config, variant.config().toYaml());
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "train",
                                "--config",
                                config.toString(),
                                "--resume",
                                "auto",
                                "--out",
                                variant.run().toString()));
        if (swin.quiet()) {
            arguments.add("--quiet");
        }
        Path out = Files.createTempFile("swin-study", ".out");
        try {
            Process process = OwnProcess.start(out, arguments);
            try (StopOnSignal signal = new StopOnSignal(process::destroy)) {
                String last = OwnProcess.handOn(process, swin.console().err());
                int exit = process.waitFor();
                return exit == ExitCode.OK ? finished(variant) : failed(variant, exit, last);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for a variant", e);
        } finally {
            Files.delete(out);
        }
    }

    private Outcome failed(Variant variant, int exit, String lastLine) {
        double none = Double.NaN;
        return new Outcome(variant, exit, lastLine, none, none, none, null, none, none, none, null);
    }

    private Outcome finished(Variant variant) throws IOException {
        RunDirectory run = RunDirectory.open(variant.run());
        JsonObject results =
                JsonParser.parseString(Files.readString(variant.run().resolve(RESULTS)))
                        .getAsJsonObject();
        List<HistoryRow> history = HistoryRow.of(run.history().rows());
        HistoryRow last = history.get(history.size() - 1);
        double seconds = history.stream().mapToDouble(HistoryRow::seconds).sum();
        return new Outcome(
                variant,
                ExitCode.OK,
                null,
                results.get("top1").getAsDouble(),
                results.get("loss").getAsDouble(),
                last.trainLoss(),
                last.step(),
                seconds,
                history.stream().mapToDouble(HistoryRow::imagesPerSecond).average().orElseThrow(),
                results.get("peak_memory_mb").getAsDouble(),
                variant.run().resolve(results.get("checkpoint").getAsString()).toString());
    }

    private void write(List<Outcome> outcomes) throws IOException {
        TextTable table =
                new TextTable(
                        Column.text(key, "value"),
                        Column.percent("top-1", "top1"),
                        Column.decimal("val loss", "val_loss", 4),
                        Column.decimal("train loss", "train_loss", 4),
                        Column.count("updates", "updates"),
                        Column.decimal("seconds", "seconds", 1),
                        Column.decimal("images/s", "images_per_second", 0),
                        Column.decimal("peak MB", "peak_memory_mb", 0),
                        Column.text("problem", "problem"));
        for (Outcome outcome : outcomes) {
            table.row(
                    outcome.variant().value(),
                    outcome.top1(),
                    outcome.loss(),
                    outcome.trainLoss(),
                    outcome.updates(),
                    outcome.seconds(),
                    outcome.imagesPerSecond(),
                    outcome.memory(),
                    outcome.problem());
        }
        StringBuilder csv = new StringBuilder();
        table.csv(csv);
        AtomicFile.writeText(folder.resolve("study.csv"), csv.toString());
        AtomicFile.writeText(folder.resolve("study.md"), table.markdown());
        if (Fonts.problem().isEmpty()) {
            Png.write(plot(outcomes), folder.resolve("study.png"));
            List<LinePlot.Series> curves = curves(outcomes);
            if (!curves.isEmpty()) {
                Png.write(
                        LinePlot.draw(
                                "Accuracy on pictures not trained on",
                                "updates",
                                "top-1 (%)",
                                curves),
                        folder.resolve("curves.png"));
            }
        } else {
            swin.note(Fonts.problem().get());
        }
        swin.console().out().print(table.text());
        best(outcomes)
                .ifPresent(
                        best ->
                                swin.console()
                                        .out()
                                        .printf(
                                                Locale.ROOT,
                                                "%nstudy %s%nresult top1=%.4f checkpoint=%s%n",
                                                folder,
                                                best.top1(),
                                                best.checkpoint()));
    }

    private static Optional<Outcome> best(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> outcome.exit() == ExitCode.OK)
                .max(Comparator.comparingDouble(Outcome::top1));
    }

    private BufferedImage plot(List<Outcome> outcomes) {
        return StudyPlot.draw(
                "What " + key + " does",
                variants.stream().map(Variant::value).toList(),
                List.of(
                        measure("Top-1 accuracy (%)", "%.1f", outcomes, o -> 100 * o.top1()),
                        measure("Validation loss (nats)", "%.3f", outcomes, Outcome::loss),
                        measure("Training time (s)", "%.1f", outcomes, Outcome::seconds),
                        measure("Peak memory (MB)", "%.0f", outcomes, Outcome::memory)));
    }

    /** The accuracy of each variant over its updates. */
    private List<LinePlot.Series> curves(List<Outcome> outcomes) throws IOException {
        List<LinePlot.Series> curves = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome.exit() == ExitCode.OK) {
                List<HistoryRow> measured =
                        HistoryRow.of(RunDirectory.open(outcome.variant().run()).history().rows())
                                .stream()
                                .filter(row -> Double.isFinite(row.valTop1()))
                                .toList();
                curves.add(
                        new LinePlot.Series(
                                key + " " + outcome.variant().value(),
                                measured.stream().map(row -> (double) row.step()).toList(),
                                measured.stream().map(row -> 100 * row.valTop1()).toList()));
            }
        }
        return curves;
    }

    private static StudyPlot.Measure measure(
            String title, String format, List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
        return new StudyPlot.Measure(
                title, format, outcomes.stream().map(o -> value.applyAsDouble(o)).toList());
    }
}
