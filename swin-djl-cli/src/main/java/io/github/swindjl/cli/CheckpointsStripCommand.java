// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swin checkpoints strip}. */
@Command(
        name = "strip",
        description = {
            "Makes a folder to hand on: the weights and the model's description, without the"
                    + " optimizer. --weights of every command takes it.",
            "Averaged weights are taken where the run kept them."
        })
final class CheckpointsStripCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "RUN|CHECKPOINT",
            description =
                    "The folder of a run, whose best checkpoint is taken, or of a checkpoint.")
    private Path source;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The new folder.")
    private Path out;

    @Option(
            names = "--no-ema",
            description = "Take the last weights although there are averaged ones.")
    private boolean last;

    @Override
    public Integer call() throws IOException {
        ReleasedWeights.write(Swin.of(spec), List.of(WeightsFile.checkpoint(source)), out, last);
        return ExitCode.OK;
    }
}
