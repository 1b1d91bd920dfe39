// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.ModelTable;
import io.github.swindjl.zoo.Pretrained;
import io.github.swindjl.zoo.SwinModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published weights, without a network. */
class PretrainedWeightsTest {

    private static final ModelEntry TINY = ModelTable.get("swin_tiny_patch4_window7_224");

    @TempDir private Path folder;
    private Path picture;
    private final TestConsole console = new TestConsole();

    @BeforeEach
    void goOffline() throws IOException {
        EngineInfo.devices(); // its library stays in the real cache
        System.setProperty("DJL_CACHE_DIR", folder.toString());
        System.setProperty("ai.djl.offline", "true");
        picture = folder.resolve("picture.png");
        ImageIO.write(
                new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
    }

    @AfterEach
    void goOnline() {
        System.clearProperty("DJL_CACHE_DIR");
        System.clearProperty("ai.djl.offline");
    }

    private int predict(String model) {
        String[] arguments = {
            "predict",
            "--device",
            "cpu",
            "--weights",
            "pretrained",
            "--model",
            model,
            picture.toString()
        };
        return console.run(arguments);
    }

    @Test
    void offlineTellsWhereToPutTheFile() {
        assertEquals(ExitCode.BAD_INPUT, predict(TINY.name()), console.err());
        assertTrue(console.err().contains(TINY.files().get(0).address().toString()), console.err());
        Path place = Pretrained.directory(TINY).resolve("swin_tiny_patch4_window7_224.pth");
        assertTrue(place.startsWith(folder), place.toString());
        assertTrue(console.err().contains("put it at " + place), console.err());
        assertTrue(console.err().contains("offline"), console.err());
        assertEquals("", console.out());
    }

    @Test
    void modelsWithoutPublishedWeightsSaySo() {
        assertEquals(ExitCode.USAGE, predict("swinv2_giant_window16_256"), console.err());
        assertTrue(console.err().contains("No weights were released"), console.err());
    }

    @Test
    void aFilePutByHandIsTaken() throws IOException {
        Path directory = Files.createDirectories(Pretrained.directory(TINY));
        try (SwinModel random = SwinModel.create(TINY.description(), Device.cpu(), 1)) {
            random.save(directory);
        }
        Files.delete(directory.resolve(ModelDescription.FILE));
        assertEquals(ExitCode.OK, predict(TINY.name()), console.err());
        assertTrue(console.err().contains("tensors loaded"), console.err());
        assertTrue(console.out().contains("picture.png"), console.out());
    }
}
