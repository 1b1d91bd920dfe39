// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.eval.EvaluationJson;
import io.github.swindjl.eval.SegmentationRun;
import io.github.swindjl.eval.Shard;
import io.github.swindjl.report.CalibrationPlot;
import io.github.swindjl.report.ClassificationReport;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.HtmlReport;
import io.github.swindjl.report.Png;
import io.github.swindjl.report.ReportPage;
import io.github.swindjl.report.ResultPlots;
import io.github.swindjl.report.ResultTables;
import io.github.swindjl.report.SegmentationDrawing;
import io.github.swindjl.report.SegmentationReport;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folder that {@code swin eval --out} writes: complete, or not at all. */
final class EvaluationFolder {

    private EvaluationFolder() {}

    /**
     * Refuses a folder with files of others: results have such common names that they would replace
     * them.
     */
    static void requireOurs(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(file -> found.add(file.getFileName().toString()));
        }
        if (!found.isEmpty() && !found.contains("results.json") && !found.contains("sweep.json")) {
            throw new IOException(
                    folder
                            + " holds other files: let --out name a new or empty folder, or one"
                            + " with earlier results.");
        }
    }

    /** Writes what a classifier said. */
    static void write(Swin swin, Path folder, Evaluation evaluation, Shard shard)
            throws IOException {
        Fonts.problem().ifPresent(swin::note);
        ReportPage page =
                ClassificationReport.page(
                        "Evaluation of " + evaluation.run().setup().get("model"),
                        evaluation.data().root() + (shard.count() == 1 ? "" : ", shard " + shard),
                        evaluation.result(),
                        List.of(),
                        evaluation.notable(),
                        evaluation.timing(),
                        evaluation.run().setup());
        try (Staging staging = Staging.of(folder)) {
            AtomicFile.writeText(
                    staging.file(Path.of("results.json")), EvaluationJson.toJson(evaluation.run()));
            StringBuilder classes = new StringBuilder();
            ResultTables.perClass(evaluation.result()).csv(classes);
            AtomicFile.writeText(staging.file(Path.of("classes.csv")), classes.toString());
            HtmlReport.write(page, staging.file(Path.of("report.html")));
            if (Fonts.problem().isEmpty()) {
                Png.write(
                        ResultPlots.confusion(evaluation.result()),
                        staging.file(Path.of("confusion.png")));
                Png.write(
                        ResultPlots.recall(evaluation.result()),
                        staging.file(Path.of("recall.png")));
                Png.write(
                        CalibrationPlot.draw(evaluation.result().calibration()),
                        staging.file(Path.of("calibration.png")));
            }
            staging.commit();
        }
    }

    /** Writes what a segmentation model said. */
    static void write(Path folder, SegmentationRun run, SegmentationFolder data)
            throws IOException {
        try (Staging staging = Staging.of(folder)) {
            run.write(staging.file(Path.of("results.json")));
            StringBuilder classes = new StringBuilder();
            SegmentationDrawing.perClass(run.result()).csv(classes);
            AtomicFile.writeText(staging.file(Path.of("classes.csv")), classes.toString());
            HtmlReport.write(
                    SegmentationReport.page(
                            "Evaluation",
                            run.setup().get("model") + " on " + data.root(),
                            run.result(),
                            List.of(),
                            List.of(),
                            run.setup()),
                    staging.file(Path.of("report.html")));
            if (Fonts.problem().isEmpty()) {
                Png.write(
                        SegmentationDrawing.confusion(run.result()),
                        staging.file(Path.of("confusion.png")));
            }
            staging.commit();
        }
    }

    /** Writes what models scored at several resolutions. */
    static void write(Swin swin, Path folder, Sweep points) throws IOException {
        try (Staging staging = Staging.of(folder)) {
            AtomicFile.writeText(staging.file(Path.of("sweep.json")), points.json());
            AtomicFile.writeText(
                    staging.file(Path.of("sweep.csv")), ResultOptions.csv(points.table()));
            if (points.hasMeans()) {
                AtomicFile.writeText(
                        staging.file(Path.of("means.csv")), ResultOptions.csv(points.meanTable()));
            }
            if (Fonts.problem().isEmpty()) {
                Png.write(points.plot(), staging.file(Path.of("sweep.png")));
            } else {
                swin.note(Fonts.problem().get());
            }
            staging.commit();
        }
    }
}
