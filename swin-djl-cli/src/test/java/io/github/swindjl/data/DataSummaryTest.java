// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.data.source.PictureSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSummaryTest {

    @TempDir Path root;

    @Test
    void countsClassesSizesAndBytes() throws IOException {
        write("train/a/small.png", 3, 2);
        write("train/a/wide.png", 50, 4);
        write("train/b/tall.png", 4, 60);
        DataSummary summary = inspect(DataSummary.Depth.DECODE);
        assertEquals(
                List.of(new DataSummary.ClassCount("a", 2), new DataSummary.ClassCount("b", 1)),
                summary.classes());
        assertEquals(3, summary.pictures());
        long bytes = 0;
        for (String name : List.of("a/small.png", "a/wide.png", "b/tall.png")) {
            bytes += Files.size(root.resolve("train").resolve(name));
        }
        assertEquals(bytes, summary.bytes());
        assertEquals(
                new DataSummary.SizedPicture("a/small.png", 3, 2),
                summary.smallest().orElseThrow());
        assertEquals(
                new DataSummary.SizedPicture("b/tall.png", 4, 60), summary.largest().orElseThrow());
        assertEquals(List.of(), summary.broken());
    }

    @Test
    void listsBrokenFilesWithReasons() throws IOException {
        write("train/a/cut.png", 30, 30);
        write("train/a/good.png", 5, 5);
        Path cut = root.resolve("train/a/cut.png");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 50));
        Files.writeString(root.resolve("train/a/text.jpg"), "hello, this is text");
        Files.createSymbolicLink(root.resolve("train/a/gone.jpg"), root.resolve("nowhere"));

        DataSummary headers = inspect(DataSummary.Depth.HEADER);
        assertEquals(List.of("a/text.jpg"), names(headers.broken()));
        assertEquals("a/cut.png", headers.largest().orElseThrow().name());

        DataSummary decoded = inspect(DataSummary.Depth.DECODE);
        assertEquals(List.of("a/cut.png", "a/text.jpg"), names(decoded.broken()));
        assertEquals("a/good.png", decoded.largest().orElseThrow().name());
        assertEquals(3, decoded.pictures());
        assertTrue(
                decoded.broken().get(1).reason().contains("not a picture"),
                decoded.broken().toString());
    }

    @Test
    void hasNoSizesWhenAllAreBroken() throws IOException {
        Files.createDirectories(root.resolve("train/a"));
        Files.writeString(root.resolve("train/a/x.jpg"), "");
        DataSummary summary = inspect(DataSummary.Depth.HEADER);
        assertEquals(Optional.empty(), summary.smallest());
        assertEquals(Optional.empty(), summary.largest());
        assertEquals(1, summary.broken().size());
    }

    @Test
    void brokenPicturesAreLeftOutWhenAsked() throws IOException {
        for (int i = 0; i < 3; i++) {
            write("train/a/" + i + ".png", 4 + i, 5);
        }
        write("train/b/3.png", 9, 5);
        PictureSource whole = PictureSets.open(root, "train");
        assertSame(
                whole,
                SelectedSource.withoutBroken(
                        whole, DataSummary.inspect(whole, DataSummary.Depth.DECODE)));
        Path cut = root.resolve("train/a/1.png");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 50));
        PictureSource damaged = PictureSets.open(root, "train");
        PictureSource rest =
                SelectedSource.withoutBroken(
                        damaged, DataSummary.inspect(damaged, DataSummary.Depth.DECODE));
        assertEquals(3, rest.size());
        assertEquals("a/2.png", rest.name(1));
        assertEquals(6, rest.read(1).width());
        assertEquals(1, rest.label(2));
        assertEquals(2, rest.count(0));
        assertNotEquals(damaged.fingerprint(), rest.fingerprint());
    }

    private DataSummary inspect(DataSummary.Depth depth) throws IOException {
        return DataSummary.inspect(
                PictureSets.open(root, "train", new PictureSets.Options(true, Optional.empty())),
                depth);
    }

    private void write(String name, int width, int height) throws IOException {
        Pictures.writePng(root.resolve(name), width, height, 0x336699);
    }

    private static List<String> names(List<DataSummary.BrokenPicture> broken) {
        return broken.stream().map(DataSummary.BrokenPicture::name).toList();
    }
}
