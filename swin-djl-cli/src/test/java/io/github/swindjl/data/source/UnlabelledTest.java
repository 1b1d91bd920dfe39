// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.TrainVal;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures whose labels do not matter, however their folders are arranged. */
class UnlabelledTest {

    @TempDir Path root;

    private void put(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_3BYTE_BGR), "png", file.toFile());
    }

    private static List<String> names(PictureSource data) {
        return IntStream.range(0, data.size()).mapToObj(data::name).toList();
    }

    @Test
    void aFolderOfPicturesIsDividedWithoutOverlap() throws IOException {
        for (int i = 0; i < 7; i++) {
            put(i + ".png");
            put("deep/er/" + i + ".png");
        }
        Files.writeString(root.resolve("readme.txt"), "no picture");
        Files.createDirectories(root.resolve("empty"));
        TrainVal data = PictureSets.openUnlabelled(root, 0.25);
        assertEquals(11, data.train().size());
        assertEquals(3, data.val().size());
        List<String> all = new ArrayList<>(names(data.train()));
        all.addAll(names(data.val()));
        assertEquals(14, new TreeSet<>(all).size());
        assertTrue(all.contains("deep/er/6.png"), all.toString());
        assertEquals(1, data.train().classes().size());
        assertEquals(data.val().read(0).width(), 2);
        assertEquals(names(data.val()), names(PictureSets.openUnlabelled(root, 0.25).val()));
        assertEquals(1, PictureSets.openUnlabelled(root, 1e-9).val().size());
        assertEquals(13, PictureSets.openUnlabelled(root, 1e-9).train().size());
    }

    @Test
    void splitsAreTakenAsTheyAreAndClassesNeedNotAgree() throws IOException {
        put("train/a/1.png");
        put("train/2.png");
        put("val/other/3.png");
        TrainVal data = PictureSets.openUnlabelled(root, 0.5);
        assertEquals(List.of("2.png", "a/1.png"), sortedEnds(data.train()));
        assertEquals(1, data.val().size());
        assertTrue(data.val().name(0).endsWith("other/3.png"));
    }

    private static List<String> sortedEnds(PictureSource data) {
        return names(data).stream().map(name -> name.replaceFirst("^train/", "")).sorted().toList();
    }

    @Test
    void trainWithoutValIsDivided() throws IOException {
        for (int i = 0; i < 4; i++) {
            put("train/" + i + ".png");
        }
        TrainVal data = PictureSets.openUnlabelled(root, 0.25);
        assertEquals(3, data.train().size());
        assertEquals(1, data.val().size());
    }

    @Test
    void tooFewPicturesAreTold() throws IOException {
        Files.writeString(root.resolve("readme.txt"), "no picture");
        String nothing =
                assertThrows(DataException.class, () -> PictureSets.openUnlabelled(root, 0.1))
                        .getMessage();
        assertTrue(nothing.contains("no picture") && nothing.contains("readme.txt"), nothing);
        put("one.png");
        String one =
                assertThrows(DataException.class, () -> PictureSets.openUnlabelled(root, 0.1))
                        .getMessage();
        assertTrue(one.contains("one picture only"), one);
    }
}
