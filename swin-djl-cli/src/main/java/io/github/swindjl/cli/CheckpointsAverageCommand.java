// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.Checkpoints;
import io.github.swindjl.train.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swin checkpoints average}. */
@Command(
        name = "average",
        description = {
            "Writes the mean of several checkpoints' weights, summed in float64, with the model's"
                    + " description.",
            "Name the checkpoints, or a run with --best or --last (checkpoints.keep_best and"
                    + " checkpoints.keep decide how many a run keeps)."
        })
final class CheckpointsAverageCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "RUN|CHECKPOINT",
            arity = "1..*",
            description = "The folder of a run, or of two or more checkpoints.")
    private List<Path> sources;

    @Option(names = "--best", paramLabel = "N", description = "Of a run, the N best checkpoints.")
    private Integer best;

    @Option(names = "--last", paramLabel = "N", description = "Of a run, the N newest ones.")
    private Integer newest;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The new folder.")
    private Path out;

    @Option(
            names = "--no-ema",
            description = "Take the last weights although there are averaged ones.")
    private boolean last;

    @Override
    public Integer call() throws IOException {
        ReleasedWeights.write(Swin.of(spec), chosen(), out, last);
        return ExitCode.OK;
    }

    private List<Path> chosen() throws IOException {
        if (best == null && newest == null) {
            if (sources.size() < 2) {
                throw usage("a mean needs two checkpoints or more, or a run with --best or --last");
            }
            List<Path> checkpoints = new ArrayList<>();
            for (Path source : sources) {
                checkpoints.add(WeightsFile.checkpoint(source));
            }
            return checkpoints;
        }
        if (best != null && newest != null || sources.size() > 1) {
            throw usage("expected one run with either --best or --last");
        }
        int wanted = best != null ? best : newest;
        OptionChecks.atLeastOne(spec, best != null ? "--best" : "--last", wanted);
        RunDirectory directory = RunDirectory.open(sources.get(0));
        Checkpoints checkpoints = directory.checkpoints(directory.config().checkpoints());
        List<Checkpoint> found = best != null ? checkpoints.ranked() : checkpoints.all();
        if (found.size() < wanted) {
            throw new IOException(
                    sources.get(0)
                            + " has "
                            + found.size()
                            + (best != null ? " evaluated" : "")
                            + " checkpoints, asked for "
                            + wanted
                            + "; a run keeps as many as checkpoints.keep and"
                            + " checkpoints.keep_best say.");
        }
        return found.subList(0, wanted).stream().map(Checkpoint::directory).toList();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
