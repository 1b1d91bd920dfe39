// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.data.PictureSource;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page about a classification run. */
public final class ClassificationReport {

    private static final int CONFUSED_PAIRS = 20;

    private ClassificationReport() {}

    /**
     * Composes the page: figures, curves, confusion matrix, recall, pictures, tables, timing,
     * settings. Where {@linkplain Fonts no text can be drawn}, the drawings are left out.
     *
     * @param title heading
     * @param subtitle one line below it
     * @param result what came out
     * @param history rows of the training that led to it, empty if there is none
     * @param pictures pictures to show, by heading; a heading without pictures is left out
     * @param timing how fast it was, by name
     * @param settings what decided the result, by name
     * @return the page
     */
    public static ReportPage page(
            String title,
            String subtitle,
            ClassificationResult result,
            List<HistoryRow> history,
            Map<String, List<Verdict>> pictures,
            Map<String, String> timing,
            Map<String, String> settings) {
        List<ReportPage.Section> sections = new ArrayList<>();
        if (Fonts.problem().isEmpty()) {
            if (!history.isEmpty()) {
                sections.add(
                        new ReportPage.Plot(
                                "Training",
                                "Loss, accuracy, learning rate, speed, gradients and memory by epoch",
                                TrainingCurves.draw(title, history)));
            }
            sections.add(
                    new ReportPage.Plot(
                            "Confusion",
                            "True classes against predicted ones",
                            ResultPlots.confusion(result)));
            sections.add(
                    new ReportPage.Plot(
                            "Recall",
                            "Share of each class that was recognised",
                            ResultPlots.recall(result)));
            sections.add(
                    new ReportPage.Plot(
                            "Calibration",
                            "Accuracy by the probability of the predicted class; expected error "
                                    + percent(result.calibration().expectedError()),
                            CalibrationPlot.draw(result.calibration())));
            pictures.forEach(
                    (heading, verdicts) -> {
                        if (!verdicts.isEmpty()) {
                            sections.add(new ReportPage.Mistakes(heading, verdicts));
                        }
                    });
        }
        sections.add(new ReportPage.Table("Classes", ResultTables.perClass(result)));
        if (result.top1Correct() < result.count()) {
            sections.add(
                    new ReportPage.Table(
                            "Most frequent mistakes",
                            ResultTables.mostConfused(result, CONFUSED_PAIRS)));
        }
        Map<String, String> times = new LinkedHashMap<>();
        if (!history.isEmpty()) {
            sections.add(new ReportPage.Table("Epochs", epochs(history)));
            times.putAll(timing(history));
        }
        timing.forEach((name, value) -> times.put("evaluation, " + name, value));
        if (!times.isEmpty()) {
            sections.add(new ReportPage.Settings("Timing", times));
        }
        sections.add(new ReportPage.Settings("Settings", settings));
        return new ReportPage(title, subtitle, figures(result), sections);
    }

    private static TextTable epochs(List<HistoryRow> history) {
        TextTable table =
                new TextTable(
                        Column.count("epoch", "epoch"),
                        Column.decimal("train loss", "train_loss", 4),
                        Column.decimal("val loss", "val_loss", 4),
                        Column.percent("top-1", "val_top1"),
                        Column.decimal("gradient norm", "gradient_norm", 3),
                        Column.decimal("images/s", "images_per_second", 0),
                        Column.percent("data wait", "data_wait"),
                        Column.decimal("seconds", "seconds", 1),
                        Column.decimal("MB", "memory_mb", 0));
        for (HistoryRow row : history) {
            table.row(
                    row.epoch(),
                    row.trainLoss(),
                    row.valLoss(),
                    row.valTop1(),
                    row.gradientNorm(),
                    row.imagesPerSecond(),
                    row.dataWait(),
                    row.seconds(),
                    row.memoryMegabytes());
        }
        return table;
    }

    private static Map<String, String> timing(List<HistoryRow> history) {
        Map<String, String> timing = new LinkedHashMap<>();
        timing.put(
                "epochs with their evaluations",
                seconds(history.stream().mapToDouble(HistoryRow::seconds).sum()));
        timing.put(
                "longest epoch",
                seconds(history.stream().mapToDouble(HistoryRow::seconds).max().orElseThrow()));
        timing.put(
                "training speed, mean of the epochs",
                String.format(
                        Locale.ROOT,
                        "%.1f images/s",
                        history.stream()
                                .mapToDouble(HistoryRow::imagesPerSecond)
                                .average()
                                .orElseThrow()));
        timing.put(
                "waiting for pictures, mean of the epochs",
                percent(
                        history.stream()
                                .mapToDouble(HistoryRow::dataWait)
                                .average()
                                .orElseThrow()));
        return timing;
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private static List<ReportPage.Figure> figures(ClassificationResult result) {
        return List.of(
                new ReportPage.Figure("top-1", percent(result.top1())),
                new ReportPage.Figure("top-5", percent(result.top5())),
                new ReportPage.Figure("loss", String.format(Locale.ROOT, "%.4f", result.loss())),
                new ReportPage.Figure(
                        "calibration error", percent(result.calibration().expectedError())),
                new ReportPage.Figure("pictures", String.valueOf(result.count())));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /**
     * Shows a sample of a data set with what a classifier said about it.
     *
     * @param data the data set
     * @param sample index of the sample in it
     * @param outcome what the classifier said
     * @param labels name of each class
     * @return the picture with its true and predicted class
     * @throws IOException if the picture cannot be read
     */
    public static Verdict verdict(
            PictureSource data, int sample, Outcome outcome, List<String> labels)
            throws IOException {
        return new Verdict(
                data.read(sample),
                labels.get(outcome.label()),
                new Prediction(labels.get(outcome.predicted()), outcome.probability()));
    }
}
