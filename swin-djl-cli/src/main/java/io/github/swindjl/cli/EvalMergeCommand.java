// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.eval.EvaluationJson;
import io.github.swindjl.eval.EvaluationRun;
import io.github.swindjl.eval.SegmentationRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swin eval merge}. */
@Command(
        name = "merge",
        description = {
            "Adds the parts of one evaluation: exactly what one run over all pictures gives.",
            "Files of different evaluations, or a part given twice, end the command with 3."
        })
final class EvalMergeCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files that 'swin eval --shard I/N --json FILE' wrote.")
    private List<Path> files;

    @Mixin private ResultOptions results;

    @Override
    public Integer call() throws IOException {
        results.check();
        if (SegmentationRun.isAt(files.get(0))) {
            return mergeScenes();
        }
        EvaluationRun sum = EvaluationJson.read(files.get(0));
        for (Path file : files.subList(1, files.size())) {
            EvaluationRun part = EvaluationJson.read(file);
            try {
                sum = sum.merge(part);
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
        if (!sum.complete()) {
            Swin.of(spec)
                    .note(
                            "Shards "
                                    + sum.missing()
                                    + " of "
                                    + sum.shardCount()
                                    + " are not among the files.");
        }
        results.show(sum, sum.result(), sum.setup());
        return ExitCode.OK;
    }

    private int mergeScenes() throws IOException {
        SegmentationRun sum = SegmentationRun.read(files.get(0));
        for (Path file : files.subList(1, files.size())) {
            SegmentationRun part = SegmentationRun.read(file);
            try {
                sum = sum.merge(part);
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
        if (sum.shards().size() < sum.shardCount()) {
            Swin.of(spec)
                    .note(
                            "Only the shards "
                                    + sum.shards()
                                    + " of "
                                    + sum.shardCount()
                                    + " are among the files.");
        }
        results.show(sum);
        return ExitCode.OK;
    }
}
