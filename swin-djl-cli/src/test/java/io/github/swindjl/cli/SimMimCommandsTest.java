// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.report.Fonts;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pre-training without labels and fine-tuning from it, as a user does. */
class SimMimCommandsTest {

    private static final String NETWORK =
            "model.overrides={width: 8, depths: [1, 1], heads: [1, 2], window: 4,"
                    + " image_height: 32, image_width: 32, reference_windows: [0, 0]}";

    @TempDir private static Path folder;

    private static Path pictures;
    private static Path run;
    private static String trained;

    /** Pictures in one folder, without any class. */
    @BeforeAll
    static void train() throws IOException {
        Path set = folder.resolve("set");
        run(
                ExitCode.OK,
                "data",
                "sample",
                "--size",
                "40",
                "--train",
                "3",
                "--val",
                "1",
                "--out",
                set.toString());
        pictures = Files.createDirectories(folder.resolve("pictures"));
        try (var files = Files.walk(set)) {
            List<Path> found =
                    files.filter(file -> file.toString().matches(".*(jpg|png)")).toList();
            for (int i = 0; i < found.size(); i++) {
                String name = found.get(i).getFileName().toString();
                Files.copy(found.get(i), pictures.resolve(i + "-" + name));
            }
        }
        run = folder.resolve("run");
        trained = pretrain(ExitCode.OK, "--out", run.toString());
    }

    private static String pretrain(int code, String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "train",
                                "--task",
                                "simmim",
                                "--data",
                                pictures.toString(),
                                "--epochs",
                                "2",
                                "--batch-size",
                                "8",
                                "--device",
                                "cpu",
                                "--set",
                                NETWORK));
        all.addAll(List.of(more));
        return run(code, all.toArray(String[]::new));
    }

    /** Returns the output, or what was said where the code is not 0. */
    private static String run(int code, String... arguments) {
        TestConsole console = new TestConsole();
        assertEquals(code, console.run(arguments), console.err());
        return console.out() + (code == ExitCode.OK ? "" : console.err());
    }

    @Test
    void aRunLeavesResultsPicturesAndACheckpoint() throws IOException {
        String last = trained.lines().reduce((first, second) -> second).orElseThrow();
        assertTrue(last.matches("result loss=\\d\\.\\d{4} checkpoint=.*"), trained);
        JsonObject results =
                JsonParser.parseString(Files.readString(run.resolve("results.json")))
                        .getAsJsonObject();
        assertEquals(
                2, results.get("count").getAsInt(), "one of twenty of 48 pictures is held out");
        String history = Files.readString(run.resolve("history.csv"));
        assertTrue(history.lines().findFirst().orElseThrow().contains("val_loss"), history);
        String report = Files.readString(run.resolve("report.html"));
        assertTrue(report.contains("validation loss"), "report");
        if (Fonts.problem().isEmpty()) {
            assertTrue(report.contains("with these parts guessed"), "report");
            BufferedImage sheet = ImageIO.read(run.resolve("plots/reconstructions.png").toFile());
            assertTrue(sheet.getWidth() > 6 * 100 && sheet.getHeight() > 100);
        }
        assertTrue(Files.exists(run.resolve("manifest.json")));
    }

    @Test
    void fineTuningBeginsWithWhatWasLearnt() {
        Path tuned = folder.resolve("tuned");
        TestConsole console = new TestConsole();
        int code =
                console.run(
                        "train",
                        "--data",
                        folder.resolve("set").toString(),
                        "--weights",
                        run.toString(),
                        "--epochs",
                        "1",
                        "--device",
                        "cpu",
                        "--set",
                        NETWORK,
                        "--set",
                        "optimizer.layer_decay=0.8",
                        "--out",
                        tuned.toString());
        assertEquals(ExitCode.OK, code, console.err());
        assertTrue(console.err().contains("SimMIM"), console.err());
        assertTrue(console.out().contains("result top1="), console.out());
    }

    @Test
    void brokenPicturesAreLeftOutWhenAskedAndTheRunStaysResumable() throws IOException {
        Path some = Files.createDirectories(folder.resolve("some"));
        try (var files = Files.list(pictures)) {
            for (Path file : files.toList()) {
                Files.copy(file, some.resolve(file.getFileName()));
            }
        }
        Path text = Files.writeString(some.resolve("20-text.jpg"), "no picture");
        Path whole = folder.resolve("whole");
        Path halted = folder.resolve("halted");
        for (Path to : List.of(whole, halted)) {
            TestConsole told = new TestConsole();
            List<String> all = new ArrayList<>(List.of("train", "--task", "simmim", "--device"));
            all.addAll(List.of("cpu", "--data", some.toString(), "--epochs", "2", "--out"));
            all.addAll(List.of(to.toString(), "--batch-size", "8", "--set", NETWORK));
            all.add("--skip-broken");
            assertEquals(ExitCode.OK, told.run(all.toArray(String[]::new)), told.err());
            assertTrue(told.err().contains("Left out: " + text), told.err());
        }
        // 46 of 48 pictures in batches of 8, as without the text.
        String last = "checkpoints/update-000000010";
        Folders.remove(halted.resolve(last));
        Files.delete(halted.resolve("results.json"));
        run(ExitCode.OK, "train", "--resume", halted.toString());
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            Path one = whole.resolve(last).resolve(file);
            assertEquals(-1, Files.mismatch(one, halted.resolve(last).resolve(file)), file);
            assertEquals(-1, Files.mismatch(one, run.resolve(last).resolve(file)), file);
        }
    }

    @Test
    void aPreviewShowsWhatIsHidden() throws IOException {
        Path sheet = folder.resolve("sheet.png");
        List<String> all = new ArrayList<>(List.of("data", "preview", "--task", "simmim"));
        all.addAll(List.of("--data", pictures.toString(), "--batch-size", "8", "--count", "4"));
        all.addAll(List.of("--columns", "4", "--set", NETWORK, "--out", sheet.toString()));
        run(ExitCode.OK, all.toArray(String[]::new));
        BufferedImage image = ImageIO.read(sheet.toFile());
        assertEquals(2 * (4 * (168 + 12) + 12), image.getWidth());
        // 10 of 16 cells of each of the four pictures are grey.
        long grey = 0;
        for (int y = 24; y < 24 + 2 * 168; y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                grey += (image.getRGB(x, y) & 0xFFFFFF) == 0x808080 ? 1 : 0;
            }
        }
        assertEquals(10.0 / 16, grey / (4.0 * 336 * 336), 0.02);
    }

    @Test
    void aDryRunTellsWhatIsHidden() {
        String told = pretrain(ExitCode.OK, "--dry-run");
        assertTrue(told.contains("10 of 16 cells of 8x8 pixels hidden"), told);
        assertTrue(told.contains("mask_ratio: 0.6"), told);
    }

    @Test
    void aPretrainedBackboneCannotClassify() {
        String refused =
                run(
                        ExitCode.BAD_INPUT,
                        "eval",
                        "--device",
                        "cpu",
                        "--weights",
                        run.toString(),
                        "--data",
                        folder.resolve("set").toString());
        assertTrue(refused.contains("without labels") && refused.contains("fine-tune"), refused);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        String cells = pretrain(ExitCode.USAGE, "--set", "simmim.mask_cell=12");
        assertTrue(cells.contains("mask_cell") && cells.contains("12 pixels"), cells);
        String mixing = pretrain(ExitCode.USAGE, "--set", "augmentation.mixing.mixup=0.5");
        assertTrue(mixing.contains("no effect with task simmim"), mixing);
        String other = pretrain(ExitCode.USAGE, "--set", "segmentation.crop=32");
        assertTrue(other.contains("--set segmentation.crop: has no effect"), other);
        String cell = run(ExitCode.USAGE, "train", "--set", "simmim.mask_cell=8");
        assertTrue(cell.contains("no effect with task classify"), cell);
        String task = run(ExitCode.USAGE, "train", "--task", "simim");
        assertTrue(task.contains("classify, segment, simmim"), task);
    }
}
