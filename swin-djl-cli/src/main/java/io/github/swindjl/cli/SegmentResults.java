// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import com.google.gson.JsonParser;
import io.github.swindjl.data.segment.LabelledPicture;
import io.github.swindjl.eval.SegmentationResult;
import io.github.swindjl.eval.SegmentationRun;
import io.github.swindjl.eval.Shard;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.Png;
import io.github.swindjl.report.SegmentationDrawing;
import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.zoo.InferenceProtocol;
import io.github.swindjl.zoo.SegmentationDescription;
import io.github.swindjl.zoo.SegmentationModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Evaluates the best checkpoint of a segmentation run, writes and prints what came out. */
final class SegmentResults {

    /** Pictures drawn with what is predicted for them. */
    private static final int SHOWN = 4;

    private final Swin swin;
    private final RunDirectory directory;
    private final SegmentParts parts;

    SegmentResults(Swin swin, RunDirectory directory, SegmentParts parts) {
        this.swin = swin;
        this.directory = directory;
        this.parts = parts;
    }

    void finish(
            Checkpoint checkpoint, Device device, double peakMemory, Map<String, String> settings)
            throws IOException {
        HashedWeights weights = HashedWeights.verified(checkpoint.directory());
        SegmentationDescription description = SegmentationDescription.read(checkpoint.directory());
        Map<Integer, BufferedImage> overlays = new LinkedHashMap<>();
        SegmentationRun run;
        try (SegmentationModel model =
                SegmentationModel.load(description, weights.file(), device)) {
            run =
                    SceneEvaluation.of(
                            swin,
                            model,
                            weights,
                            parts.data().val(),
                            Shard.WHOLE,
                            InferenceProtocol.whole(description.box()),
                            Precision.FP32,
                            (index, truth, predicted) ->
                                    draw(overlays, description, index, truth, predicted));
        }
        write(run, checkpoint, peakMemory, settings, overlays);
        print(run, checkpoint);
    }

    private void draw(
            Map<Integer, BufferedImage> overlays,
            SegmentationDescription description,
            int index,
            LabelledPicture truth,
            Supplier<byte[]> predicted) {
        // One further each time, because sets often repeat their classes in turn.
        int next = overlays.size() * (Math.max(1, parts.data().val().size() / SHOWN) + 1);
        if (Fonts.problem().isEmpty() && overlays.size() < SHOWN && index == next) {
            overlays.put(
                    index,
                    SegmentationDrawing.overlay(
                            truth.picture(), predicted.get(), description.palette()));
        }
    }

    private void write(
            SegmentationRun run,
            Checkpoint checkpoint,
            double peakMemory,
            Map<String, String> settings,
            Map<Integer, BufferedImage> overlays)
            throws IOException {
        RunResults common = new RunResults(swin, directory);
        Map<String, Object> results = common.figures(checkpoint, peakMemory);
        results.put("settings", settings);
        results.putAll(JsonParser.parseString(run.toJson()).getAsJsonObject().asMap());
        directory.writeResults(results);
        common.writeCurves();
        common.writeReport(run, checkpoint, List.copyOf(overlays.values()), settings);
        if (Fonts.problem().isPresent()) {
            swin.note(Fonts.problem().get());
            return;
        }
        Png.write(
                SegmentationDrawing.confusion(run.result()),
                directory.plots().resolve("confusion.png"));
        for (Map.Entry<Integer, BufferedImage> overlay : overlays.entrySet()) {
            Png.write(
                    overlay.getValue(),
                    directory.plots().resolve("overlay-" + overlay.getKey() + ".png"));
        }
    }

    private void print(SegmentationRun run, Checkpoint checkpoint) {
        SegmentationResult result = run.result();
        PrintWriter out = swin.console().out();
        out.print(SegmentationDrawing.perClass(result).text());
        out.println();
        new Facts()
                .add("mIoU", SceneEvaluation.percent(result.meanIou()))
                .add("mAcc", SceneEvaluation.percent(result.meanAccuracy()))
                .add("aAcc", SceneEvaluation.percent(result.pixelAccuracy()))
                .add("epoch", checkpoint.state().epoch())
                .add("plots", TrainingRun.shown(directory.plots()))
                .add("report", TrainingRun.shown(new RunResults(swin, directory).report()))
                .print(out);
        out.printf(
                Locale.ROOT,
                "result miou=%.4f checkpoint=%s%n",
                result.meanIou(),
                TrainingRun.shown(checkpoint.directory()));
    }
}
