// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {

    @TempDir private Path folder;

    private TestConsole console = new TestConsole();

    @Test
    void sampleDrawsOnceAndTellsWhat() {
        Path set = folder.resolve("set");
        assertEquals(ExitCode.OK, sample(set, "--size", "24"), console.err());
        assertEquals(
                set + ": 24 training and 12 validation pictures of 12 classes, 24x24",
                console.out().strip());
        assertTrue(console.err().startsWith("Drew 36 pictures"), console.err());
        assertTrue(Files.isDirectory(set.resolve("train/spiral")));

        console = new TestConsole();
        assertEquals(ExitCode.OK, sample(set, "--size", "24"));
        assertTrue(console.err().contains("there already"), console.err());
    }

    @Test
    void everyOptionOfSampleMatters() throws IOException {
        Path plain = folder.resolve("plain");
        Path seeded = folder.resolve("seeded");
        assertEquals(ExitCode.OK, sample(plain, "--size", "16"));
        assertEquals(ExitCode.OK, sample(seeded, "--size", "16", "--seed", "9"));
        assertFalse(
                Arrays.equals(
                        Files.readAllBytes(onlyFileIn(plain.resolve("val/star"))),
                        Files.readAllBytes(onlyFileIn(seeded.resolve("val/star")))));

        Path masks = folder.resolve("masks");
        assertEquals(ExitCode.OK, sample(masks, "--layout", "ade20k", "--size", "32"));
        assertTrue(Files.isDirectory(masks.resolve("annotations/validation")));
    }

    @Test
    void sampleRefusesWhatItCannotDo() throws IOException {
        Files.writeString(folder.resolve("occupied"), "mine");
        Map<String, Long> before = files();
        refused(ExitCode.USAGE, "--size", "data", "sample", "--size", "8");
        refused(ExitCode.USAGE, "from 1 to", "data", "sample", "--val", "0");
        refused(ExitCode.USAGE, "'many' is not an int", "data", "sample", "--train", "many");
        refused(ExitCode.USAGE, "ADE20K", "data", "sample", "--layout", "coco");
        refused(ExitCode.BAD_INPUT, "not empty", "data", "sample", "--out", folder.toString());
        refused(
                ExitCode.BAD_INPUT,
                "not a folder",
                "data",
                "sample",
                "--out",
                folder.resolve("occupied").toString());
        refused(
                ExitCode.BAD_INPUT,
                "Cannot write",
                "data",
                "sample",
                "--out",
                folder.resolve("occupied/below").toString());
        assertEquals(before, files());
    }

    @Test
    void previewDrawsASheetOfTheTrainingsPictures() throws IOException {
        Path set = folder.resolve("set");
        assertEquals(ExitCode.OK, sample(set, "--size", "32"));
        Path one = folder.resolve("one.png");
        assertEquals(ExitCode.OK, preview(set, one), console.err());
        assertEquals(one.toString(), console.out().strip());
        Path again = folder.resolve("again.png");
        assertEquals(ExitCode.OK, preview(set, again));
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(again));

        List<byte[]> seen = new ArrayList<>(List.of(Files.readAllBytes(one)));
        for (String[] change :
                new String[][] {
                    {"--epoch", "2"},
                    {"--count", "5"},
                    {"--columns", "2"},
                    {"--seed", "9"},
                    {"--set", "augmentation.repeats=2"},
                    {"--set", "augmentation.erasing.probability=0"},
                    {"--set", "augmentation.mixing.mode=elem"},
                }) {
            Path other = folder.resolve("other.png");
            assertEquals(ExitCode.OK, preview(set, other, change), console.err());
            byte[] bytes = Files.readAllBytes(other);
            for (byte[] before : seen) {
                assertFalse(Arrays.equals(before, bytes), String.join(" ", change));
            }
            seen.add(bytes);
        }
    }

    private int preview(Path set, Path out, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("data", "preview", "--data", set.toString(), "--out"));
        arguments.addAll(List.of(out.toString(), "--set", "training.batch_size=8"));
        arguments.addAll(List.of("--set", "augmentation.policy=rand-m9-mstd0.5-inc1"));
        arguments.addAll(List.of("--set", "augmentation.erasing.probability=0.5"));
        arguments.addAll(List.of("--set", "augmentation.mixing.mixup=0.8"));
        arguments.addAll(List.of("--set", "augmentation.mixing.cutmix=1"));
        arguments.addAll(List.of(more));
        console = new TestConsole();
        return console.run(arguments.toArray(String[]::new));
    }

    @Test
    void previewRefusesWhatItCannotShow() {
        Path set = folder.resolve("set");
        assertEquals(ExitCode.OK, sample(set, "--size", "24"));
        String data = set.toString();
        refused(ExitCode.USAGE, "--count is 0", "data", "preview", "--count", "0");
        refused(ExitCode.USAGE, "--columns is -1", "data", "preview", "--columns", "-1");
        refused(ExitCode.USAGE, "--epoch is 0", "data", "preview", "--epoch", "0");
        refused(
                ExitCode.USAGE,
                "did you mean mstd0.5?",
                "data",
                "preview",
                "--set",
                "augmentation.policy=rand-m9-mts0.5");
        refused(
                ExitCode.BAD_INPUT,
                "one update needs 99",
                "data",
                "preview",
                "--data",
                data,
                "--batch-size",
                "99");
    }

    @Test
    void inspectCountsAndMeasures() {
        Path set = folder.resolve("set");
        assertEquals(ExitCode.OK, sample(set, "--size", "24"));
        console = new TestConsole();
        assertEquals(ExitCode.OK, console.run("data", "inspect", set.toString()), console.err());
        assertTrue(console.out().contains("\n    7  spiral            2    1\n"), console.out());
        assertTrue(console.out().contains("24x24"), console.out());

        console = new TestConsole();
        assertEquals(
                ExitCode.OK,
                console.run(
                        "data", "inspect", set.toString(), "--split", "val", "--format", "json"));
        JsonArray splits = JsonParser.parseString(console.out()).getAsJsonArray();
        assertEquals(1, splits.size());
        JsonObject val = splits.get(0).getAsJsonObject();
        assertEquals("val", val.get("split").getAsString());
        assertEquals(12, val.get("pictures").getAsInt());
        assertTrue(val.getAsJsonArray("broken").isEmpty());
    }

    @Test
    void inspectNamesBrokenFiles() throws IOException {
        Path set = folder.resolve("set");
        assertEquals(ExitCode.OK, sample(set, "--size", "24"));
        Path cut = onlyFileIn(set.resolve("val/disc"));
        byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(whole, whole.length - 60));

        console = new TestConsole();
        assertEquals(ExitCode.BAD_INPUT, console.run("data", "inspect", set.toString()));
        assertTrue(console.out().contains("Broken files in"), console.out());
        assertTrue(console.out().contains("disc_"), console.out());
        assertTrue(console.out().contains("truncated"), console.out());
        console = new TestConsole();
        assertEquals(ExitCode.OK, console.run("data", "inspect", set.toString(), "--quick"));
    }

    @Test
    void inspectSaysHowTheSetLiesAndWhatItLeavesOut() throws IOException {
        Path set = folder.resolve("set");
        assertEquals(ExitCode.OK, sample(set, "--size", "24"));
        Files.writeString(set.resolve("val/disc/notes.txt"), "mine");
        console = new TestConsole();
        assertEquals(ExitCode.OK, console.run("data", "inspect", set.toString()), console.err());
        assertTrue(console.out().contains("val: class folders; classes:"), console.out());
        assertTrue(console.out().contains("No pictures, ignored: 1"), console.out());
        Files.createSymbolicLink(set.resolve("val/disc/gone.jpg"), set.resolve("nothing"));
        console = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                console.run(
                        "data", "inspect", set.toString(), "--split", "val", "--format", "json"));
        JsonObject val =
                JsonParser.parseString(console.out()).getAsJsonArray().get(0).getAsJsonObject();
        assertEquals("class folders", val.get("layout").getAsString());
        assertEquals(1, val.get("ignored").getAsInt());
        assertEquals(
                "val/disc/gone.jpg",
                val.getAsJsonArray("unreadable")
                        .get(0)
                        .getAsJsonObject()
                        .get("name")
                        .getAsString());
    }

    @Test
    void inspectTakesTheOrderOfLabels() throws IOException {
        Path set = folder.resolve("set");
        assertEquals(ExitCode.OK, sample(set, "--size", "24"));
        Path flat = Files.createDirectories(folder.resolve("flat/val"));
        Files.copy(onlyFileIn(set.resolve("val/disc")), flat.resolve("a.jpg"));
        Files.writeString(folder.resolve("flat/val.txt"), "0\n");
        console = new TestConsole();
        String[] inspect = {"data", "inspect", folder.resolve("flat").toString()};
        assertEquals(ExitCode.OK, console.run(inspect), console.err());
        assertTrue(console.out().contains("one folder with a label file"), console.out());
        refused(
                ExitCode.BAD_INPUT,
                "map_clsloc.txt",
                "data",
                "inspect",
                folder.resolve("flat").toString(),
                "--label-order",
                "ilsvrc");
    }

    @Test
    void inspectRefusesOtherLayouts() throws IOException {
        Path set = folder.resolve("set");
        refused(ExitCode.BAD_INPUT, "no such folder", "data", "inspect", set.toString());
        Files.createDirectories(set);
        refused(ExitCode.BAD_INPUT, "no class folders", "data", "inspect", set.toString());
        Files.createDirectories(set.resolve("train/empty"));
        refused(ExitCode.BAD_INPUT, "has no picture", "data", "inspect", set.toString());
        refused(
                ExitCode.BAD_INPUT,
                "no split 'test'",
                "data",
                "inspect",
                set.toString(),
                "--split",
                "test");
        Files.createDirectories(set.resolve("images"));
        Files.createDirectories(set.resolve("annotations"));
        refused(ExitCode.BAD_INPUT, "There is no folder", "data", "inspect", set.toString());
    }

    private int sample(Path set, String... more) {
        String[] fixed = {"data", "sample", "--out", set.toString(), "--train", "2", "--val", "1"};
        String[] all = Arrays.copyOf(fixed, fixed.length + more.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        return console.run(all);
    }

    private static void refused(int code, String says, String... arguments) {
        TestConsole refusal = new TestConsole();
        assertEquals(code, refusal.run(arguments), refusal.err());
        assertTrue(refusal.err().contains(says), refusal.err());
        assertEquals("", refusal.out());
    }

    private static Path onlyFileIn(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findFirst().orElseThrow();
        }
    }

    private Map<String, Long> files() throws IOException {
        Map<String, Long> found = new TreeMap<>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
                        found.put(file.toString(), facts.size());
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }
}
