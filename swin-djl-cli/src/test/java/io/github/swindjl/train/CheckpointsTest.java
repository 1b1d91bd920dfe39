// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.zoo.download.FileHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {

    @TempDir Path folder;

    private Path root() {
        return folder.resolve("checkpoints");
    }

    private static CheckpointState state(long update, Double metric) {
        return new CheckpointState(1, 2, update, -7, 0.1 + 0.2, metric);
    }

    private static Map<String, Checkpoints.Part> parts(String content) {
        return Map.of(
                Checkpoint.MODEL, file -> Files.writeString(file, content),
                Checkpoint.DESCRIPTION, file -> Files.writeString(file, "{}"));
    }

    private Checkpoint save(int keep, long update, Double metric) throws IOException {
        return new Checkpoints(root(), keep, 1).save(state(update, metric), parts("m" + update));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(root())) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void findsWhatWasSaved() throws IOException {
        Checkpoints checkpoints = new Checkpoints(root(), 3, 1);
        assertEquals(Optional.empty(), checkpoints.latest().checkpoint());
        assertEquals(Optional.empty(), checkpoints.best());
        save(3, 5, null);
        Checkpoint saved = save(3, 40, 0.5);
        Checkpoints.Search search = checkpoints.latest();
        assertEquals(Optional.of(saved), search.checkpoint());
        assertEquals(List.of(), search.damaged());
        assertEquals(state(40, 0.5), search.checkpoint().orElseThrow().state());
        assertEquals("m40", Files.readString(saved.directory().resolve(Checkpoint.MODEL)));
        assertEquals(List.of("update-000000005", "update-000000040"), names());
    }

    @Test
    void keepsTheNewestAndTheBest() throws IOException {
        double[] metrics = {0.1, 0.9, 0.9, 0.3, 0.2, 0.4};
        for (int i = 0; i < metrics.length; i++) {
            save(2, i + 1, metrics[i]);
        }
        assertEquals(List.of("update-000000002", "update-000000005", "update-000000006"), names());
        assertEquals(2, new Checkpoints(root(), 2, 1).best().orElseThrow().state().update());
        save(1, 7, null);
        assertEquals(List.of("update-000000002", "update-000000007"), names());
    }

    @Test
    void keepsSeveralOfTheBest() throws IOException {
        double[] metrics = {0.1, 0.9, 0.8, 0.3, 0.2, 0.4};
        Checkpoints checkpoints = new Checkpoints(root(), 1, 3);
        for (int i = 0; i < metrics.length; i++) {
            checkpoints.save(state(i + 1, metrics[i]), parts("m" + i));
        }
        assertEquals(
                List.of(2L, 3L, 6L),
                checkpoints.ranked().stream().map(c -> c.state().update()).toList());
        checkpoints.save(state(7, null), parts("m7"));
        assertEquals(
                List.of(7L, 6L, 3L, 2L),
                checkpoints.all().stream().map(c -> c.state().update()).toList());
    }

    @Test
    void tellsTheHashThatWasRecorded(@TempDir Path other) throws IOException {
        Path file = save(3, 5, null).directory().resolve(Checkpoint.MODEL);
        assertEquals(Optional.of(FileHash.of(file)), Checkpoints.recordedHash(file));
        Path index = file.resolveSibling("model.safetensors.index.json");
        assertEquals(Optional.empty(), Checkpoints.recordedHash(index));
        assertEquals(Optional.empty(), Checkpoints.recordedHash(other.resolve(Checkpoint.MODEL)));
    }

    @Test
    void aStateThatIsNoJsonIsToldOnceAndWithoutLinks() throws IOException {
        Path state = save(3, 5, null).directory().resolve(Checkpoint.STATE);
        Files.writeString(state, "[1,");
        String told =
                assertThrows(CheckpointException.class, () -> Checkpoints.verify(state.getParent()))
                        .getMessage();
        assertFalse(told.contains("http") || told.contains("gson"), told);
        Files.delete(state);
        told =
                assertThrows(CheckpointException.class, () -> Checkpoints.verify(state.getParent()))
                        .getMessage();
        assertEquals(state + ": cannot be read: it does not exist", told);
    }

    @Test
    void ordersUpdatesAsNumbers() throws IOException {
        save(9, 999_999_999L, null);
        save(9, 1_000_000_000L, null);
        assertEquals(
                1_000_000_000L,
                new Checkpoints(root(), 9, 1).latest().checkpoint().orElseThrow().state().update());
    }

    @Test
    void replacesACheckpointOfTheSameUpdate() throws IOException {
        save(2, 3, null);
        Checkpoint again =
                new Checkpoints(root(), 2, 1).save(state(3, 0.7), parts("other content"));
        assertEquals(List.of("update-000000003"), names());
        assertEquals(again, Checkpoints.verify(again.directory()));
        assertEquals(0.7, again.state().metric());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cut", "flip", "missing", "no state", "bad state", "empty state", "format"})
    void passesOverADamagedOne(String damage) throws IOException {
        save(3, 1, null);
        save(3, 2, 0.9);
        Path newest = save(3, 3, 0.1).directory();
        Path model = newest.resolve(Checkpoint.MODEL);
        Path state = newest.resolve(Checkpoint.STATE);
        String words =
                switch (damage) {
                    case "cut" -> {
                        Files.writeString(model, "m");
                        yield "has 1 bytes, 2 were written";
                    }
                    case "flip" -> {
                        Files.writeString(model, "mx");
                        yield "SHA-256";
                    }
                    case "missing" -> {
                        Files.delete(model);
                        yield "cannot be read: it does not exist";
                    }
                    case "no state" -> {
                        Files.delete(state);
                        yield "cannot be read: it does not exist";
                    }
                    case "bad state" -> {
                        Files.writeString(state, "{\"format\": 1, \"state\"");
                        yield "cannot be read";
                    }
                    case "empty state" -> {
                        Files.writeString(state, "");
                        yield "no checkpoint state";
                    }
                    default -> {
                        String text = Files.readString(state);
                        Files.writeString(state, text.replace("\"format\": 1", "\"format\": 2"));
                        yield "format 2";
                    }
                };
        Checkpoints.Search search = new Checkpoints(root(), 3, 1).latest();
        assertEquals(2, search.checkpoint().orElseThrow().state().update());
        assertEquals(1, search.damaged().size());
        String message = search.damaged().get(0);
        assertTrue(message.contains("update-000000003") && message.contains(words), message);
        assertEquals(2, new Checkpoints(root(), 3, 1).best().orElseThrow().state().update());
    }

    @Test
    void aFailedSaveLeavesNothing() throws IOException {
        save(2, 1, null);
        Map<String, Checkpoints.Part> broken =
                Map.of(
                        Checkpoint.MODEL,
                        file -> {
                            Files.writeString(file, "half");
                            throw new IOException("disk full");
                        });
        Checkpoints checkpoints = new Checkpoints(root(), 2, 1);
        String message =
                assertThrows(
                                CheckpointException.class,
                                () -> checkpoints.save(state(2, null), broken))
                        .getMessage();
        assertTrue(message.contains("update-000000002: cannot be saved: disk full"), message);
        assertTrue(message.contains(" MB are free there"), message);
        assertEquals(List.of("update-000000001"), names());
    }

    @Test
    void removesWhatAnInterruptedSaveLeft() throws IOException {
        save(2, 1, null);
        Path leftover = root().resolve(".update-000000002.17-3.tmp");
        Files.createDirectory(leftover);
        Files.writeString(leftover.resolve(Checkpoint.MODEL), "half");
        Files.writeString(root().resolve("notes.txt"), "mine");
        assertEquals(
                1,
                new Checkpoints(root(), 2, 1).latest().checkpoint().orElseThrow().state().update());
        save(2, 2, null);
        assertEquals(List.of("notes.txt", "update-000000001", "update-000000002"), names());
    }

    @Test
    void refusesToKeepNothing() {
        assertThrows(IllegalArgumentException.class, () -> new Checkpoints(root(), 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Checkpoints(root(), 1, 0));
    }
}
