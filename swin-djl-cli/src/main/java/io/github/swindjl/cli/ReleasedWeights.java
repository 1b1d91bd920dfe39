// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.Checkpoints;
import io.github.swindjl.train.WeightsMean;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.download.FileHash;
import io.github.swindjl.zoo.weights.StateShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes a folder with weights and the model's description out of checkpoints, and no more. */
final class ReleasedWeights {

    private ReleasedWeights() {}

    /**
     * Writes the mean of checkpoints, which for a single one are its weights.
     *
     * @param swin tells what was written
     * @param checkpoints folders of checkpoints of one model, at least one
     * @param out the folder to write, which must not hold weights yet
     * @param last whether to take the last weights although there are averaged ones
     * @throws IOException if a checkpoint is damaged or of another model, or the folder cannot be
     *     written
     */
    static void write(Swin swin, List<Path> checkpoints, Path out, boolean last)
            throws IOException {
        if (Files.exists(StateShards.find(out, SwinModel.WEIGHTS_FILE))) {
            throw new IOException(out + " holds weights already; name another folder for --out.");
        }
        List<Path> files = new ArrayList<>();
        String description = Files.readString(checkpoints.get(0).resolve(ModelDescription.FILE));
        for (Path checkpoint : checkpoints) {
            if (Files.exists(checkpoint.resolve(Checkpoint.STATE))) {
                Checkpoints.verify(checkpoint);
            }
            if (!Files.readString(checkpoint.resolve(ModelDescription.FILE)).equals(description)) {
                throw new IOException(
                        checkpoint
                                + " is of another model than "
                                + checkpoints.get(0)
                                + ": their "
                                + ModelDescription.FILE
                                + " differ. Average checkpoints of the same model.");
            }
            files.add(
                    last
                            ? StateShards.find(checkpoint, SwinModel.WEIGHTS_FILE)
                            : WeightsFile.in(checkpoint));
        }
        try (Staging staging = Staging.of(out)) {
            WeightsMean.write(files, staging.file(Path.of(SwinModel.WEIGHTS_FILE)));
            Files.writeString(staging.file(Path.of(ModelDescription.FILE)), description);
            staging.commit();
        }
        Path weights = out.resolve(SwinModel.WEIGHTS_FILE);
        new Facts()
                .add("written", weights)
                .add("from", files.size() == 1 ? files.get(0) : files.size() + " checkpoints")
                .add("bytes", Files.size(weights))
                .add("sha256", FileHash.of(weights))
                .print(swin.console().out());
    }
}
