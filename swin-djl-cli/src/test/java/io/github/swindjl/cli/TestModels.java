// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checkpoints of a network so small that a test hardly notices it. */
final class TestModels {

    /** Side of its input. */
    static final int SIDE = 32;

    static final SwinConfig CONFIG =
            SwinConfig.v2()
                    .optImageSize(SIDE, SIDE)
                    .optWidth(8)
                    .optStages(List.of(1, 2), List.of(1, 2))
                    .optWindow(4)
                    .build();

    private TestModels() {}

    /** Writes a checkpoint with random weights and returns its folder. */
    static Path write(Path folder, long seed, List<String> labels) throws IOException {
        return write(folder, seed, labels, CONFIG);
    }

    /** Writes a checkpoint of another network of the same input. */
    static Path write(Path folder, long seed, List<String> labels, SwinConfig config)
            throws IOException {
        ModelDescription description =
                new ModelDescription(
                        "tiny-test", config, labels, Preprocessing.official(SIDE, SIDE));
        Files.createDirectories(folder);
        try (SwinModel model = SwinModel.create(description, Device.cpu(), seed)) {
            model.save(folder);
        }
        return folder;
    }
}
