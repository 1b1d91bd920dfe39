// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.image.Preprocessing;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * Goes through the program once with a tiny network, so that Java can write down the classes of a
 * usual start. The launcher runs it after a build, with {@code -XX:ArchiveClassesAtExit}.
 */
final class Rehearsal {

    private static final int SIDE = 56;

    private static final SwinConfig CONFIG =
            SwinConfig.v1()
                    .optImageSize(SIDE, SIDE)
                    .optWidth(8)
                    .optStages(List.of(2, 2), List.of(1, 2))
                    .build();

    /** A dictionary without entries, as Python pickles it. */
    private static final byte[] NO_WEIGHTS = {(byte) 0x80, 2, '}', '.'};

    private Rehearsal() {}

    /**
     * Predicts, and ends the process with the exit code of the prediction.
     *
     * @param arguments an existing folder for what this needs; the caller deletes it
     * @throws IOException if the folder cannot be written to
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        ModelDescription description =
                new ModelDescription(
                        "rehearsal",
                        CONFIG,
                        List.of("one", "two"),
                        Preprocessing.official(SIDE, SIDE));
        try (SwinModel model = SwinModel.create(description, Device.cpu(), 0)) {
            model.save(folder);
        }
        Path picture = folder.resolve("picture.jpg");
        ImageIO.write(
                new BufferedImage(2 * SIDE, 2 * SIDE, BufferedImage.TYPE_INT_RGB),
                "jpg",
                picture.toFile());
        Path torch = folder.resolve("weights.pth");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(torch))) {
            put(zip, "archive/data.pkl", NO_WEIGHTS);
            put(zip, "archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }

        // Goes through the table of models and the reader of such files, and ends where weights
        // are missing.
        predict("--model", "swin_tiny_patch4_window7_224", "--weights", torch, picture);
        System.exit(predict("--weights", folder, picture));
    }

    private static int predict(Object... arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        String[] line = new String[arguments.length + 2];
        line[0] = "predict";
        line[1] = "--device=cpu";
        for (int i = 0; i < arguments.length; i++) {
            line[i + 2] = arguments[i].toString();
        }
        return Swin.run(new Console(nowhere, nowhere, false, false, 80), line);
    }

    private static void put(ZipOutputStream zip, String name, byte[] data) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(data);
        zip.closeEntry();
    }
}
