// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.Checkpoints;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.Pretrained;
import io.github.swindjl.zoo.PublishedModel;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.weights.LoadReport;
import io.github.swindjl.zoo.weights.StateShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the weights that a name on the command line means. */
final class WeightsFile {

    /** What stands for a model's published weights. */
    static final String PRETRAINED = "pretrained";

    private static final String CONFIG = "config.yaml";

    private WeightsFile() {}

    /**
     * Finds a file of weights.
     *
     * @param swin shows how far a download is
     * @param entry the model
     * @param weights a file, a folder as for {@link #checkpoint}, or {@link #PRETRAINED}
     * @throws IOException if a folder is neither a checkpoint nor a run with one, or published
     *     weights cannot be had
     */
    static Path find(Swin swin, PublishedModel entry, Path weights) throws IOException {
        if (isPretrained(weights)) {
            return Pretrained.fetch(entry, new DownloadProgress(swin));
        }
        return Files.isDirectory(weights) ? in(checkpoint(weights)) : weights;
    }

    /** Returns the weights of a checkpoint that were evaluated: their average, if there is one. */
    static Path in(Path checkpoint) {
        Path average = StateShards.find(checkpoint, Checkpoint.EMA);
        return Files.exists(average)
                ? average
                : StateShards.find(checkpoint, SwinModel.WEIGHTS_FILE);
    }

    /** Tells whether the published weights are meant. */
    static boolean isPretrained(Path weights) {
        return weights.toString().equals(PRETRAINED);
    }

    /** Tells what became of weights: in short, or all of it where detail was asked for. */
    static void tell(Swin swin, Optional<LoadReport> report) {
        report.ifPresent(loaded -> swin.note(swin.verbose() ? loaded.details() : loaded.summary()));
    }

    /**
     * Finds a checkpoint and reads it through, so that a damaged one is told.
     *
     * @param folder a checkpoint, or a training run, of which the best checkpoint is taken, or the
     *     newest if none was evaluated
     * @return the checkpoint's folder
     * @throws IOException if the folder is neither, or the checkpoint is damaged
     */
    static Path checkpoint(Path folder) throws IOException {
        if (Files.exists(folder.resolve(ModelDescription.FILE))) {
            return Files.exists(folder.resolve(Checkpoint.STATE))
                    ? Checkpoints.verify(folder).directory()
                    : folder;
        }
        if (!Files.exists(folder.resolve(CONFIG))) {
            throw new IOException(
                    folder
                            + " is neither a checkpoint (it has no "
                            + ModelDescription.FILE
                            + ") nor a training run (it has no "
                            + CONFIG
                            + ").");
        }
        return best(RunDirectory.open(folder)).directory();
    }

    /**
     * Finds the best checkpoint of a run.
     *
     * @throws IOException if there is none, or it is damaged
     */
    static Checkpoint best(RunDirectory run) throws IOException {
        Checkpoints checkpoints = run.checkpoints(run.config().checkpoints());
        Optional<Checkpoint> best = checkpoints.best();
        if (best.isPresent()) {
            return Checkpoints.verify(best.get().directory());
        }
        return checkpoints
                .latest()
                .checkpoint()
                .orElseThrow(
                        () -> new IOException("The run " + run.path() + " has no checkpoint yet."));
    }
}
