// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.eval.Calibration;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.EvaluationJson;
import io.github.swindjl.eval.EvaluationRun;
import io.github.swindjl.eval.SegmentationRun;
import io.github.swindjl.report.ResultTables;
import io.github.swindjl.report.SegmentationDrawing;
import io.github.swindjl.report.TextTable;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say what becomes of an evaluation's result. */
final class ResultOptions {

    /** Classes up to which the whole matrix is printed. */
    private static final int MATRIX_CLASSES = 20;

    private static final int CONFUSED_PAIRS = 20;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the result to this file, exactly, for 'swin eval merge'.")
    private Path file;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write the table of classes to this file.")
    private Path classes;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description =
                    "What to print: table, or json, which is what --json writes (default:"
                            + " ${DEFAULT-VALUE}).")
    private TableFormat format;

    /** Refuses a file that could not be written after all the work. */
    void check() throws IOException {
        check(null);
    }

    /** Likewise, where the command also writes a file of predictions, or null. */
    void check(Path predictions) throws IOException {
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("--json", file);
        files.put("--csv", classes);
        files.put("--predictions", predictions);
        for (Map.Entry<String, Path> entry : files.entrySet()) {
            OptionChecks.writable(entry.getKey(), entry.getValue());
        }
        OptionChecks.different(spec, files);
    }

    /** Returns where the result is to be written, or null. */
    Path file() {
        return file;
    }

    /**
     * Writes and prints a result.
     *
     * @param run the result as it is kept
     * @param readable the same with the classes' names for people
     * @param facts what it is a result of, by name
     */
    void show(EvaluationRun run, ClassificationResult readable, Map<String, String> facts)
            throws IOException {
        if (file != null) {
            EvaluationJson.write(run, file);
        }
        if (classes != null) {
            AtomicFile.writeText(classes, csv(ResultTables.perClass(readable)));
        }
        PrintWriter out = Swin.of(spec).console().out();
        if (format == TableFormat.JSON) {
            out.print(EvaluationJson.toJson(run));
            return;
        }
        Facts lines = new Facts();
        facts.forEach(lines::add);
        if (run.shardCount() > 1) {
            lines.add("shards", run.shards() + " of " + run.shardCount());
        }
        lines.add("top-1", share(readable.top1(), readable.top1Correct(), readable));
        lines.add("top-5", share(readable.top5(), readable.top5Correct(), readable));
        lines.add("loss", String.format(Locale.ROOT, "%.4f", readable.loss()));
        lines.add(
                "ece",
                String.format(
                        Locale.ROOT,
                        "%.2f %%  (expected calibration error, %d bins)",
                        100 * readable.calibration().expectedError(),
                        Calibration.BINS));
        lines.print(out);
        out.println();
        out.print(ResultTables.perClass(readable).text());
        out.println();
        if (readable.perClass().size() <= MATRIX_CLASSES) {
            out.print(ResultTables.confusion(readable).text());
        } else {
            out.print(ResultTables.mostConfused(readable, CONFUSED_PAIRS).text());
        }
    }

    /** Writes and prints the result of a segmentation. */
    void show(SegmentationRun run) throws IOException {
        if (file != null) {
            run.write(file);
        }
        if (classes != null) {
            AtomicFile.writeText(classes, csv(SegmentationDrawing.perClass(run.result())));
        }
        PrintWriter out = Swin.of(spec).console().out();
        if (format == TableFormat.JSON) {
            out.print(run.toJson());
        } else {
            SceneEvaluation.print(out, run);
        }
    }

    /** Writes a table, and prints it with what belongs to it, which is also told as JSON. */
    void show(TextTable table, String text, String json) throws IOException {
        if (file != null) {
            AtomicFile.writeText(file, json);
        }
        if (classes != null) {
            AtomicFile.writeText(classes, csv(table));
        }
        Swin.of(spec).console().out().print(format == TableFormat.JSON ? json : text);
    }

    /** Returns a table as CSV. */
    static String csv(TextTable table) throws IOException {
        StringBuilder csv = new StringBuilder();
        table.csv(csv);
        return csv.toString();
    }

    /** A share of all pictures, for people. */
    static String share(double share, long correct, ClassificationResult result) {
        return String.format(
                Locale.ROOT, "%.2f %%  (%d of %d)", 100 * share, correct, result.count());
    }
}
