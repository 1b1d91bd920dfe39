// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.eval.SegmentationEvaluator;
import io.github.swindjl.eval.SegmentationResult;
import io.github.swindjl.eval.SegmentationRun;
import io.github.swindjl.eval.Shard;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.report.SegmentationDrawing;
import io.github.swindjl.report.SegmentationReport;
import io.github.swindjl.zoo.InferenceProtocol;
import io.github.swindjl.zoo.SegmentationModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a segmentation model says about a data set, and how that is shown. */
final class SceneEvaluation {

    private SceneEvaluation() {}

    /**
     * Evaluates, and shows how far it is.
     *
     * @throws IOException if the data has other classes than the model, or cannot be read
     */
    static SegmentationRun of(
            Swin swin,
            SegmentationModel model,
            HashedWeights weights,
            SegmentationFolder data,
            Shard shard,
            InferenceProtocol protocol,
            Precision precision,
            SegmentationEvaluator.Observer observer)
            throws IOException {
        if (!data.rules().palette().names().equals(model.description().palette().names())) {
            throw new DataException(
                    data.root()
                            + " has "
                            + data.rules().palette().size()
                            + " classes that are not the "
                            + model.description().palette().size()
                            + " of the model '"
                            + model.description().name()
                            + "'; name the data it was trained for");
        }
        Map<String, String> setup = new LinkedHashMap<>();
        setup.put("model", model.description().name());
        setup.put("weights", "sha256:" + weights.sha256());
        setup.put("data", "sha256:" + data.fingerprint());
        setup.put("split", data.split());
        setup.put("box", protocol.box().longer() + "x" + protocol.box().shorter());
        setup.put("scales", protocol.scales() + (protocol.flip() ? " and mirrored" : ""));
        setup.put(
                "windows",
                protocol.crop() == 0
                        ? "whole picture"
                        : protocol.crop() + " every " + protocol.stride());
        setup.put("precision", precision.name().toLowerCase(Locale.ROOT));
        long total = (data.size() - shard.index()) / shard.count() + 1;
        try (Progress progress = Progress.of(swin, "evaluate", total)) {
            long[] done = {0};
            SegmentationResult result =
                    new SegmentationEvaluator(model.segmenter(protocol, precision))
                            .run(
                                    data,
                                    shard,
                                    (index, truth, predicted) -> {
                                        observer.labelled(index, truth, predicted);
                                        progress.show(++done[0], "");
                                    });
            return new SegmentationRun(
                    setup, shard.count(), new TreeSet<>(Set.of(shard.index())), result);
        }
    }

    /** Prints the figures and the classes. */
    static void print(PrintWriter out, SegmentationRun run) {
        SegmentationResult result = run.result();
        Facts facts = new Facts();
        run.setup().forEach(facts::add);
        facts.add("pictures", result.pictures());
        if (run.shardCount() > 1) {
            facts.add("shards", run.shards() + " of " + run.shardCount());
        }
        facts.add("mIoU", percent(result.meanIou()))
                .add("mAcc", percent(result.meanAccuracy()))
                .add("aAcc", percent(result.pixelAccuracy()))
                .print(out);
        out.println();
        out.print(SegmentationDrawing.perClass(result).text());
        out.println();
        out.print(SegmentationReport.mistakes(result).text());
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
