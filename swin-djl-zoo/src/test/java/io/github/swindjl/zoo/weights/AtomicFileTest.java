// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String failure(Path target) {
        return assertThrows(IOException.class, () -> AtomicFile.writeText(target, "new"))
                .getMessage();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a right that few have")
    void aLinkStaysAndItsFileIsReplaced() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        AtomicFile.writeText(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
        assertEquals(List.of("file", "link"), names());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no pipes among the files")
    void aPipeIsNeverReplaced() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertTrue(failure(pipe).startsWith(pipe + " is a device or a pipe"));
        assertFalse(Files.isRegularFile(pipe));
        assertEquals(List.of("pipe"), names());
    }

    @Test
    void failuresNameTheFileThatWasAskedFor() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        assertTrue(failure(taken).startsWith(taken + " is a folder"));
        Path nowhere = folder.resolve("missing").resolve("file");
        assertEquals(nowhere.toString(), failure(nowhere));
        assertEquals(List.of("taken"), names());
    }

    @Test
    void failuresOfTheContentKeepTheirOwnFile() {
        Path source = folder.resolve("source");
        IOException e =
                assertThrows(
                        IOException.class,
                        () ->
                                AtomicFile.write(
                                        folder.resolve("target"),
                                        channel -> Files.readAllBytes(source)));
        assertEquals(source.toString(), e.getMessage());
    }
}
