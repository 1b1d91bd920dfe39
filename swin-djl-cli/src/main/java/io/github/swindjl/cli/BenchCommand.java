// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.bench.BenchCase;
import io.github.swindjl.bench.BenchListener;
import io.github.swindjl.bench.BenchMode;
import io.github.swindjl.bench.BenchResult;
import io.github.swindjl.bench.Benchmark;
import io.github.swindjl.bench.Machine;
import io.github.swindjl.bench.Protocol;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.TextTable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code swin bench}. */
@Command(
        name = "bench",
        description = {
            "Measures models with random weights: pictures a second, times of a step, peak memory.",
            "Every combination of the models, picture sizes, precisions and batch sizes is a case."
                    + " A batch that does not fit into memory is replaced by the next smaller one.",
            "Peak memory is the process's on a CPU, so that it is exact for the first case only;"
                    + " later ones begin with what the allocator kept."
        })
final class BenchCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private BenchOptions cases;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "10",
            description = "Steps before the first timed one (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "20",
            description = "Timed steps (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(
            names = "--outside",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description =
                    "Go on that long after the timed steps, to find the share of time outside"
                            + " libtorch (default: ${DEFAULT-VALUE}, do not).")
    private double outside;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write all figures to this file, in the columns of timm's benchmark.")
    private Path csv;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "What to print: table or json (default: ${DEFAULT-VALUE}).")
    private TableFormat format;

    @Option(
            names = "--paced",
            description =
                    "Take turns with other programs: print a line when warm, time as many steps as"
                            + " each line 'round N' of the input says, print the result at 'end'."
                            + " See docs/benchmarks.md.")
    private boolean paced;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Protocol protocol = protocol();
        requireWritable();
        List<BenchCase> wanted = cases.prepare();
        PrintWriter out = Swin.of(spec).console().out();
        if (paced) {
            pace(wanted, out);
            return ExitCode.OK;
        }
        List<BenchResult> results = new ArrayList<>();
        for (BenchCase what : wanted) {
            if (wanted.size() > 1) {
                tell(what, results.size() + 1, wanted.size());
            }
            results.add(Benchmark.measure(what, protocol, listener()));
            if (csv != null) {
                Benchmark.writeCsv(results, csv);
            }
        }
        if (format == TableFormat.JSON) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("machine", Machine.here());
            document.put("results", results.stream().map(BenchResult::row).toList());
            out.println(Json.text(document));
        } else {
            out.print(table(results).text());
        }
        return ExitCode.OK;
    }

    private Protocol protocol() {
        OptionChecks.atLeastOne(spec, "--warm-up", warmUp);
        OptionChecks.atLeastOne(spec, "--repeats", repeats);
        if (!(outside >= 0)) {
            throw usage("--outside is " + outside + ", expected 0 or more seconds");
        }
        return new Protocol(warmUp, repeats, outside);
    }

    /** Refuses a file that could not be written after all the work. */
    private void requireWritable() throws IOException {
        if (csv == null) {
            return;
        }
        Path parent = csv.toAbsolutePath().getParent();
        if (Files.isDirectory(csv) || parent == null || !Files.isDirectory(parent)) {
            throw new IOException(
                    "--csv "
                            + csv
                            + ": expected the name of a file in a folder that exists; name"
                            + " another one.");
        }
    }

    private void pace(List<BenchCase> wanted, PrintWriter out) throws IOException {
        if (wanted.size() != 1) {
            throw usage("--paced measures one case, found " + wanted.size());
        }
        for (String option : List.of("--repeats", "--outside", "--csv", "--format")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw usage(option + " has no effect on --paced; leave it away");
            }
        }
        PacedBench bench =
                new PacedBench(new InputStreamReader(System.in, StandardCharsets.UTF_8), out);
        bench.run(wanted.get(0), warmUp, listener());
    }

    private void tell(BenchCase what, int number, int count) {
        Swin.of(spec)
                .note(
                        "Case %d of %d: %s, %d pixels, %s, batch of %d."
                                .formatted(
                                        number,
                                        count,
                                        what.network().name(),
                                        what.network().config().imageWidth(),
                                        what.precision().name().toLowerCase(Locale.ROOT),
                                        what.batchSize()));
    }

    private BenchListener listener() {
        return (what, next) ->
                Swin.of(spec)
                        .note(
                                "A batch of "
                                        + what.batchSize()
                                        + " does not fit into memory, trying "
                                        + next
                                        + ".");
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static TextTable table(List<BenchResult> results) {
        TextTable table =
                new TextTable(
                        Column.text("model", "model"),
                        Column.count("image", "image"),
                        Column.text("precision", "precision"),
                        Column.count("batch", "batch"),
                        Column.text("memory", "memory"),
                        Column.decimal("images/s", "images_per_second", 2),
                        Column.decimal("median ms", "median", 2),
                        Column.decimal("p10", "p10", 2),
                        Column.decimal("p90", "p90", 2),
                        Column.decimal("p95", "p95", 2),
                        Column.decimal("p99", "p99", 2),
                        Column.decimal("peak MB", "peak", 0),
                        Column.percent("outside", "outside"));
        for (BenchResult result : results) {
            BenchCase what = result.what();
            table.row(
                    what.network().name(),
                    what.network().config().imageWidth(),
                    what.precision().name().toLowerCase(Locale.ROOT),
                    what.batchSize(),
                    what.mode() == BenchMode.TRAIN
                            ? what.memory().name().toLowerCase(Locale.ROOT)
                            : null,
                    result.imagesPerSecond(),
                    result.times().median(),
                    result.times().percentile(10),
                    result.times().percentile(90),
                    result.times().percentile(95),
                    result.times().percentile(99),
                    megabytes(result.memoryPeak()),
                    result.outside());
        }
        return table;
    }

    private static Double megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? bytes.getAsLong() / 1e6 : null;
    }
}
