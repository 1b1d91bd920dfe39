// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.eval.Reconstruction;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.HistoryRow;
import io.github.swindjl.report.HtmlReport;
import io.github.swindjl.report.Png;
import io.github.swindjl.report.ReconstructionReport;
import io.github.swindjl.report.ReconstructionSheet;
import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.train.SimMimTask;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SimMimModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Evaluates the best checkpoint of a pre-training, writes and prints what came out. */
final class SimMimResults {

    /** Pictures drawn with what the network makes of them. */
    private static final int SHOWN = 8;

    private final Swin swin;
    private final RunDirectory directory;
    private final SimMimParts parts;
    private final RunResults results;

    SimMimResults(Swin swin, RunDirectory directory, SimMimParts parts) {
        this.swin = swin;
        this.directory = directory;
        this.parts = parts;
        results = new RunResults(swin, directory);
    }

    void finish(
            Checkpoint checkpoint, Device device, double peakMemory, Map<String, String> settings)
            throws IOException {
        List<Reconstruction> shown = new ArrayList<>();
        double loss;
        try (SimMimModel model =
                SimMimModel.load(
                        ModelDescription.read(checkpoint.directory()),
                        WeightsFile.in(checkpoint.directory()),
                        device,
                        parts.config().seed())) {
            int every = Math.max(1, parts.data().val().size() / SHOWN);
            loss =
                    new SimMimTask(model, parts.data(), parts.config())
                            .evaluate(
                                    index -> index % every == 0 && index / every < SHOWN,
                                    shown::add);
        }
        write(loss, shown, checkpoint, peakMemory, settings);
        print(loss, checkpoint);
    }

    private void write(
            double loss,
            List<Reconstruction> shown,
            Checkpoint checkpoint,
            double peakMemory,
            Map<String, String> settings)
            throws IOException {
        Map<String, Object> figures = results.figures(checkpoint, peakMemory);
        figures.put("settings", settings);
        figures.put("count", parts.data().val().size());
        figures.put("loss", loss);
        directory.writeResults(figures);
        results.writeCurves();
        if (Fonts.problem().isEmpty()) {
            Png.write(
                    ReconstructionSheet.draw(shown),
                    directory.plots().resolve("reconstructions.png"));
        } else {
            swin.note(Fonts.problem().get());
        }
        HtmlReport.write(
                ReconstructionReport.page(
                        results.title(),
                        parts.model().description().name()
                                + ", "
                                + parts.data().val().size()
                                + " validation pictures, checkpoint after epoch "
                                + checkpoint.state().epoch(),
                        loss,
                        HistoryRow.of(directory.history().rows()),
                        shown,
                        settings),
                results.report());
    }

    private void print(double loss, Checkpoint checkpoint) {
        new Facts()
                .add("loss", String.format(Locale.ROOT, "%.4f on hidden pixels", loss))
                .add("epoch", checkpoint.state().epoch())
                .add("report", TrainingRun.shown(results.report()))
                .print(swin.console().out());
        swin.console()
                .out()
                .printf(
                        Locale.ROOT,
                        "result loss=%.4f checkpoint=%s%n",
                        loss,
                        TrainingRun.shown(checkpoint.directory()));
    }
}
