// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.TextTable;
import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.Checkpoints;
import io.github.swindjl.train.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swin checkpoints list}. */
@Command(name = "list", description = "Lists the checkpoints of a training run, the newest first.")
final class CheckpointsListCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The folder of a training run.")
    private Path run;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}).")
    private TableFormat format;

    @Override
    public Integer call() throws IOException {
        RunDirectory directory = RunDirectory.open(run);
        Checkpoints checkpoints = directory.checkpoints(directory.config().checkpoints());
        List<Checkpoint> all = checkpoints.all();
        List<Checkpoint> ranked = checkpoints.ranked();
        TextTable table =
                new TextTable(
                        Column.text("checkpoint", "checkpoint"),
                        Column.count("epoch", "epoch"),
                        Column.count("update", "update"),
                        Column.decimal("metric", "metric", 4),
                        Column.count("rank", "rank"));
        JsonArray json = new JsonArray();
        for (Checkpoint checkpoint : all) {
            Double metric = checkpoint.state().metric();
            int rank = ranked.indexOf(checkpoint) + 1;
            table.row(
                    checkpoint.directory().getFileName().toString(),
                    checkpoint.state().epoch(),
                    checkpoint.state().update(),
                    metric,
                    rank == 0 ? null : rank);
            JsonObject row = new JsonObject();
            row.addProperty("folder", checkpoint.directory().toString());
            row.addProperty("epoch", checkpoint.state().epoch());
            row.addProperty("update", checkpoint.state().update());
            row.addProperty("metric", metric);
            row.addProperty("rank", rank == 0 ? null : rank);
            json.add(row);
        }
        Swin.of(spec)
                .console()
                .out()
                .print(format == TableFormat.JSON ? Json.text(json) + "\n" : table.text());
        return ExitCode.OK;
    }
}
