// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.Formula;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.weights.BlockState;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Checkpoints and pictures that cost next to nothing. */
final class SmallModels {

    /** A name of the table, under which the checkpoints here are found in the zoo. */
    static final String NAME = "swinv2_tiny_window8_256.ms_in1k";

    static final List<String> LABELS = List.of("disc", "star", "ring");

    private SmallModels() {}

    static ModelDescription description(String name) {
        return new ModelDescription(
                name,
                SwinConfig.v2()
                        .optImageSize(32, 32)
                        .optWidth(8)
                        .optStages(List.of(1, 2), List.of(1, 2))
                        .optWindow(4)
                        .build(),
                LABELS,
                Preprocessing.official(32, 32));
    }

    /** Writes a checkpoint in which no parameter is neutral. */
    static Path checkpoint(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        ModelDescription description = description(name);
        SwinClassifier block = description.newBlock();
        Formula.fill(block);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
            BlockState.write(block, folder.resolve(SwinModel.WEIGHTS_FILE));
        }
        Files.writeString(folder.resolve(ModelDescription.FILE), description.toJson());
        return folder;
    }

    /** Draws a picture of noise. */
    static BufferedImage noise(int width, int height, long seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        SplittableRandom random = new SplittableRandom(seed);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        return image;
    }

    /** Writes a picture of noise. */
    static Path picture(Path folder, long seed) throws IOException {
        Path file = folder.resolve("noise" + seed + ".png");
        ImageIO.write(noise(50, 40, seed), "png", file.toFile());
        return file;
    }
}
