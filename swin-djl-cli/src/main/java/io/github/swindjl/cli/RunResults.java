// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.EvaluationJson;
import io.github.swindjl.eval.SegmentationRun;
import io.github.swindjl.report.AnnotatedPicture;
import io.github.swindjl.report.CalibrationPlot;
import io.github.swindjl.report.ClassificationReport;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.HistoryRow;
import io.github.swindjl.report.HtmlReport;
import io.github.swindjl.report.Png;
import io.github.swindjl.report.ResultPlots;
import io.github.swindjl.report.SegmentationReport;
import io.github.swindjl.report.TrainingCurves;
import io.github.swindjl.report.Verdict;
import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.RunDirectory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run's directory tells about its outcome: results, plots and report. */
final class RunResults {

    /** Pictures on the sheet of predictions, and how many of them in a row. */
    static final int SHOWN = 24;

    private static final int SHEET_COLUMNS = 8;

    private final Swin swin;
    private final RunDirectory directory;

    RunResults(Swin swin, RunDirectory directory) {
        this.swin = swin;
        this.directory = directory;
    }

    /** Draws the curves of what is done so far. */
    void writeCurves() throws IOException {
        List<HistoryRow> history = history();
        if (!history.isEmpty() && Fonts.problem().isEmpty()) {
            Png.write(
                    TrainingCurves.draw(title(), history),
                    directory.plots().resolve("training.png"));
        }
    }

    /** Writes everything about the finished run; the memory is what its training took at most. */
    void write(
            Evaluation evaluation,
            Checkpoint checkpoint,
            double peakMemory,
            Map<String, String> settings)
            throws IOException {
        Map<String, Object> results = figures(checkpoint, peakMemory);
        Map<String, JsonElement> figures =
                JsonParser.parseString(EvaluationJson.toJson(evaluation.run()))
                        .getAsJsonObject()
                        .asMap();
        results.putAll(figures);
        directory.writeResults(results);

        ClassificationResult result = evaluation.result();
        Map<String, List<Verdict>> pictures = new LinkedHashMap<>();
        pictures.put("Predictions on pictures not trained on", evaluation.verdicts());
        pictures.putAll(evaluation.notable());
        writeCurves();
        if (Fonts.problem().isEmpty()) {
            Path plots = directory.plots();
            Png.write(ResultPlots.confusion(result), plots.resolve("confusion.png"));
            Png.write(ResultPlots.recall(result), plots.resolve("recall.png"));
            Png.write(CalibrationPlot.draw(result.calibration()), plots.resolve("calibration.png"));
            Png.write(
                    AnnotatedPicture.sheet(evaluation.verdicts(), SHEET_COLUMNS),
                    plots.resolve("predictions.png"));
        } else {
            swin.note(Fonts.problem().get());
        }
        HtmlReport.write(
                ClassificationReport.page(
                        title(),
                        evaluation.run().setup().get("model")
                                + ", "
                                + evaluation.data().size()
                                + " validation pictures, checkpoint after epoch "
                                + checkpoint.state().epoch(),
                        result,
                        history(),
                        pictures,
                        evaluation.timing(),
                        settings),
                report());
    }

    /** Returns what every run tells about its best checkpoint, to add to. */
    Map<String, Object> figures(Checkpoint checkpoint, double peakMemory) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(
                "checkpoint",
                directory.path().relativize(checkpoint.directory()).toString().replace('\\', '/'));
        figures.put("epoch", checkpoint.state().epoch());
        figures.put("update", checkpoint.state().update());
        figures.put("peak_memory_mb", peakMemory);
        return figures;
    }

    /** Returns where the report is. */
    Path report() {
        return directory.path().resolve("report.html");
    }

    /** Writes the report of a segmentation run. */
    void writeReport(
            SegmentationRun run,
            Checkpoint checkpoint,
            List<BufferedImage> overlays,
            Map<String, String> settings)
            throws IOException {
        HtmlReport.write(
                SegmentationReport.page(
                        title(),
                        run.setup().get("model")
                                + ", "
                                + run.result().pictures()
                                + " validation pictures, checkpoint after epoch "
                                + checkpoint.state().epoch(),
                        run.result(),
                        history(),
                        overlays,
                        settings),
                report());
    }

    String title() {
        return "Training run " + directory.path().getFileName();
    }

    private List<HistoryRow> history() throws IOException {
        return HistoryRow.of(directory.history().rows());
    }
}
