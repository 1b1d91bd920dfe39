// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of 100 megapixels, decoded in a process with little memory. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LargePictureCommandTest {

    private static final int SIDE = 10_000;

    @TempDir private Path folder;

    /** One of them takes 300 MB decoded: two at a time would not fit, nor a copy of one. */
    @Test
    void oneAtATimeIsDecodedWithinItsOwnSize() throws Exception {
        Path set = folder.resolve("set");
        Path one = set.resolve("val/a/large.jpg");
        write(one);
        Path other = set.resolve("val/b/large.jpg");
        Files.createDirectories(other.getParent());
        Files.createLink(other, one);
        Path weights = TestModels.write(folder.resolve("model"), 5, List.of("a", "b"));
        Path json = folder.resolve("result.json");
        String[] arguments = {
            "eval",
            "--device",
            "cpu",
            "--weights",
            weights.toString(),
            "--data",
            set.toString(),
            "--workers",
            "2",
            "--json",
            json.toString()
        };
        Path log = folder.resolve("log");
        assertEquals(ExitCode.OK, run(log, "-Xmx512m", arguments), Files.readString(log));
        assertEquals(
                2,
                JsonParser.parseString(Files.readString(json))
                        .getAsJsonObject()
                        .get("count")
                        .getAsInt());

        assertEquals(ExitCode.ENVIRONMENT, run(log, "-Xmx256m", arguments));
        String told = Files.readString(log);
        assertTrue(told.contains("Java's memory is used up"), told);
        assertTrue(told.contains(one.toString()), told);
        assertTrue(told.contains("SWIN_JAVA_OPTS"), told);
    }

    private static int run(Path log, String heap, String... arguments) throws Exception {
        Process process = OwnJvm.start(log, heap, arguments);
        assertTrue(process.waitFor(3, TimeUnit.MINUTES));
        return process.exitValue();
    }

    /** All its lines are one in memory. */
    private static void write(Path file) throws IOException {
        byte[] line = new byte[3 * SIDE];
        for (int i = 0; i < line.length; i++) {
            line[i] = (byte) (i / 50);
        }
        ComponentSampleModel same =
                new ComponentSampleModel(
                        DataBuffer.TYPE_BYTE, SIDE, SIDE, 3, 0, new int[] {0, 1, 2});
        ComponentColorModel rgb =
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB),
                        false,
                        false,
                        Transparency.OPAQUE,
                        DataBuffer.TYPE_BYTE);
        BufferedImage image =
                new BufferedImage(
                        rgb,
                        Raster.createWritableRaster(
                                same, new DataBufferByte(line, line.length), null),
                        false,
                        null);
        Files.createDirectories(file.getParent());
        assertTrue(ImageIO.write(image, "jpg", file.toFile()));
    }
}
