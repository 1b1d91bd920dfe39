// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

    private static final TrainConfig CONFIG = TrainConfig.defaults().with("seed", "5");

    @TempDir Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private String refusal(Path path) {
        return assertThrows(IOException.class, () -> RunDirectory.create(path, CONFIG, Map.of()))
                .getMessage();
    }

    @Test
    void holdsWhatTheRunBeganWith() throws IOException {
        Path path = folder.resolve("a/b/run");
        RunDirectory run =
                RunDirectory.create(
                        path, CONFIG, Map.of("seed", 5, "command", List.of("a", "<b>")));
        assertEquals(CONFIG, run.config());
        assertEquals(CONFIG, RunDirectory.open(path).config());
        assertEquals(
                JsonParser.parseString("{\"seed\": 5, \"command\": [\"a\", \"<b>\"]}"),
                JsonParser.parseString(Files.readString(path.resolve("manifest.json"))));
        assertTrue(Files.isDirectory(run.plots()));
        run.writeResults(Map.of("top1", 0.5));
        run.writeResults(Map.of("top1", 0.75));
        assertEquals(
                JsonParser.parseString("{\"top1\": 0.75}"),
                JsonParser.parseString(Files.readString(path.resolve("results.json"))));
    }

    @Test
    void usesAnEmptyDirectory() throws IOException {
        Path path = Files.createDirectory(folder.resolve("run"));
        RunDirectory.create(path, CONFIG, Map.of());
        assertEquals(List.of("run"), names());
    }

    @Test
    void refusesAPlaceThatIsTaken() throws IOException {
        Path path = Files.createDirectory(folder.resolve("run"));
        Files.writeString(path.resolve("thesis.tex"), "all my work");
        String message = refusal(path);
        assertTrue(message.contains("not empty") && message.contains("resume"), message);
        assertTrue(refusal(path.resolve("thesis.tex")).contains("is a file"));
        assertTrue(refusal(path.resolve("thesis.tex/run")).contains("cannot be created"));
        assertEquals("all my work", Files.readString(path.resolve("thesis.tex")));
        assertEquals(List.of("run"), names());
    }

    @Test
    void refusesToOpenWhatIsNoRun() {
        String message =
                assertThrows(IOException.class, () -> RunDirectory.open(folder)).getMessage();
        assertTrue(message.contains("no run to resume"), message);
    }

    @Test
    void keepsHistory() throws IOException {
        RunDirectory run = RunDirectory.create(folder.resolve("run"), CONFIG, Map.of());
        History history = run.history();
        assertEquals(List.of(), history.rows());
        history.add(new History.Row(1, Map.of("loss", 0.1 + 0.2)));
        history.add(new History.Row(2, Map.of("loss", 1e-9)));
        history.add(new History.Row(3, Map.of("loss", 3.0, "top1", 0.5)));
        assertEquals(history.rows(), run.history().rows());
        assertEquals(
                "epoch,loss,top1\n1,0.30000000000000004,\n2,1.0E-9,\n3,3,0.5\n",
                Files.readString(run.path().resolve("history.csv")));
        run.history().add(new History.Row(2, Map.of("loss", 7.0)));
        assertEquals(
                List.of(
                        new History.Row(1, Map.of("loss", 0.1 + 0.2)),
                        new History.Row(2, Map.of("loss", 7.0))),
                run.history().rows());
        assertFalse(names().stream().anyMatch(name -> name.endsWith(".tmp")));
    }

    @Test
    void refusesAHistoryThatIsNone() throws IOException {
        Path file = Files.writeString(folder.resolve("history.csv"), "epoch,loss\none,two\n");
        String message = assertThrows(IOException.class, () -> History.open(file)).getMessage();
        assertTrue(message.contains("history.csv") && message.contains("no training history"));
        assertTrue(message.contains("column loss is 'two', expected a number"), message);
        refusedHistory("epoch,loss\n1.5,2\n", "column epoch is '1.5', expected a whole number");
        refusedHistory("epoch,loss\n1,2\n2\n", "line 3 has 1 cells, expected 2");
        refusedHistory("a,b\n1,2\n", "columns are [a, b], expected epoch");
        refusedHistory("epoch,loss\n1,\"2\n", "no training history");
    }

    private void refusedHistory(String text, String says) throws IOException {
        Path file = Files.writeString(folder.resolve("history.csv"), text);
        String message = assertThrows(IOException.class, () -> History.open(file)).getMessage();
        assertTrue(message.contains(says), message);
    }
}
