// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFilesTest {

    @TempDir private Path folder;

    @Test
    void endingsTell() {
        assertTrue(PictureFiles.isPicture("a.JPEG"));
        assertTrue(PictureFiles.isPicture("a.b.png"));
        assertFalse(PictureFiles.isPicture("png"));
        assertFalse(PictureFiles.isPicture(".hidden.png"));
        assertFalse(PictureFiles.isPicture("a.txt"));
    }

    @Test
    void foldersAreSearchedToTheBottomInOrder() throws IOException {
        for (String name :
                List.of("b.png", "a/z.jpg", "a/B.gif", "a/deep/c.bmp", ".git/x.png", "n.txt")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        }
        Files.createDirectories(folder.resolve("folder.png"));
        assertEquals(
                List.of("a/B.gif", "a/deep/c.bmp", "a/z.jpg", "b.png"),
                PictureFiles.below(folder).stream()
                        .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                        .toList());
    }
}
