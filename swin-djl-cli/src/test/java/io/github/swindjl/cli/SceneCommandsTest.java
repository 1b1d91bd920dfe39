// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.report.Fonts;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training, evaluating and using a segmentation model, as a user does. */
class SceneCommandsTest {

    @TempDir private static Path folder;

    private static Path set;
    private static Path run;
    private static String trained;

    @BeforeAll
    static void train() {
        set = folder.resolve("set");
        run = folder.resolve("run");
        run(
                ExitCode.OK,
                "data",
                "sample",
                "--layout",
                "ade20k",
                "--size",
                "48",
                "--train",
                "1",
                "--val",
                "1",
                "--out",
                set.toString());
        trained =
                run(
                        ExitCode.OK,
                        "train",
                        "--task",
                        "segment",
                        "--data",
                        set.toString(),
                        "--epochs",
                        "1",
                        "--batch-size",
                        "6",
                        "--device",
                        "cpu",
                        "--set",
                        "segmentation.channels=8",
                        "--set",
                        "segmentation.crop=48",
                        "--set",
                        "segmentation.box=[192, 48]",
                        "--set",
                        "model.overrides={width: 16, depths: [1, 1], heads: [1, 2], window: 4,"
                                + " reference_windows: [0, 0]}",
                        "--out",
                        run.toString());
    }

    /** Returns the output, or what was said where the code is not 0. */
    private static String run(int code, String... arguments) {
        TestConsole console = new TestConsole();
        assertEquals(code, console.run(arguments), console.err());
        return code == ExitCode.OK ? console.out() : console.out() + console.err();
    }

    private static String eval(int code, String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of("eval", "--device", "cpu", "--weights", run.toString(), "--data"));
        all.add(set.toString());
        all.addAll(List.of(more));
        return run(code, all.toArray(String[]::new));
    }

    @Test
    void aRunLeavesResultsPlotsAndACheckpoint() throws IOException {
        assertTrue(
                trained.lines()
                        .toList()
                        .get(trained.lines().toList().size() - 1)
                        .matches("result miou=0\\.\\d{4} checkpoint=.*"),
                trained);
        assertTrue(Files.exists(run.resolve("results.json")));
        String report = Files.readString(run.resolve("report.html"));
        assertTrue(report.contains("mIoU") && report.contains("backdrop"), "classes in the report");
        if (Fonts.problem().isEmpty()) {
            for (String plot : List.of("confusion.png", "training.png", "overlay-0.png")) {
                assertTrue(Files.exists(run.resolve("plots").resolve(plot)), plot);
            }
        }
    }

    @Test
    void whatIsForClassifiersOnlyIsRefused() {
        String study =
                run(ExitCode.USAGE, "train", "--task", "segment", "--study", "accumulate=1,2");
        assertTrue(study.contains("--study compares trainings to classify"), study);
        String resumed =
                run(ExitCode.USAGE, "train", "--task", "classify", "--resume", run.toString());
        assertTrue(resumed.contains("has the task segment"), resumed);
    }

    @Test
    void aPreviewShowsCropsUnderTheColoursOfTheirClasses() throws IOException {
        Path plain = folder.resolve("preview.png");
        Path other = folder.resolve("other.png");
        for (Path out : List.of(plain, other)) {
            run(
                    ExitCode.OK,
                    "data",
                    "preview",
                    "--task",
                    "segment",
                    "--data",
                    set.toString(),
                    "--batch-size",
                    "6",
                    "--count",
                    "3",
                    "--columns",
                    "3",
                    "--epoch",
                    out.equals(plain) ? "1" : "2",
                    "--out",
                    out.toString());
        }
        assertEquals(3 * (168 + 12) + 12, ImageIO.read(plain.toFile()).getWidth() / 2);
        assertTrue(Files.mismatch(plain, other) >= 0, "another epoch looks different");
    }

    @Test
    void brokenPicturesAreLeftOutWhenAskedAndTheRunStaysResumable() throws IOException {
        Path broken = folder.resolve("broken");
        run(
                ExitCode.OK,
                "data",
                "sample",
                "--layout",
                "ade20k",
                "--size",
                "48",
                "--train",
                "1",
                "--val",
                "1",
                "--out",
                broken.toString());
        List<Path> pictures = files(broken.resolve("images/training"));
        List<Path> masks = files(broken.resolve("annotations/training"));
        Files.writeString(pictures.get(3), "no picture");
        Files.delete(masks.get(7));
        Path tried = folder.resolve("tried");
        assertTrue(segment(ExitCode.BAD_INPUT, broken, tried).contains("has no mask"));

        Path whole = folder.resolve("whole");
        Path halted = folder.resolve("halted");
        for (Path to : List.of(whole, halted)) {
            TestConsole told = new TestConsole();
            assertEquals(ExitCode.OK, told.run(training(broken, to, "--skip-broken")), told.err());
            assertTrue(told.err().contains("Left out: " + pictures.get(3)), told.err());
            assertTrue(told.err().contains("Left out: " + pictures.get(7)), told.err());
            assertTrue(told.err().contains("2 left out"), told.err());
        }
        List<String> evaluation = new ArrayList<>(List.of("eval", "--device", "cpu", "--weights"));
        evaluation.addAll(List.of(whole.toString(), "--data", broken.toString()));
        evaluation.addAll(List.of("--split", "training", "--skip-broken", "--format", "json"));
        String counted = run(ExitCode.OK, evaluation.toArray(String[]::new));
        assertEquals(
                10, JsonParser.parseString(counted).getAsJsonObject().get("pictures").getAsInt());

        // 10 of 12 pictures in batches of 5.
        String last = "checkpoints/update-000000004";
        Folders.remove(halted.resolve(last));
        Files.delete(halted.resolve("results.json"));
        run(ExitCode.OK, "train", "--resume", halted.toString());
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertEquals(
                    -1,
                    Files.mismatch(
                            whole.resolve(last).resolve(file), halted.resolve(last).resolve(file)),
                    file);
        }
    }

    private static String segment(int code, Path data, Path out, String... more) {
        return run(code, training(data, out, more));
    }

    private static String[] training(Path data, Path out, String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of("train", "--task", "segment", "--device", "cpu", "--epochs", "2"));
        all.addAll(List.of("--data", data.toString(), "--out", out.toString()));
        all.addAll(List.of("--batch-size", "5", "--set", "segmentation.channels=8"));
        all.addAll(List.of("--set", "segmentation.crop=48", "--set", "segmentation.box=[192, 48]"));
        all.addAll(
                List.of(
                        "--set",
                        "model.overrides={width: 16, depths: [1, 1], heads: [1, 2], window: 4,"
                                + " reference_windows: [0, 0]}"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void shardsMergeToTheWhole() {
        String whole = eval(ExitCode.OK, "--format", "json");
        List<String> merge = new ArrayList<>(List.of("eval", "merge", "--format", "json"));
        for (int i = 1; i <= 2; i++) {
            Path part = folder.resolve("part" + i + ".json");
            eval(ExitCode.OK, "--shard", i + "/2", "--json", part.toString());
            merge.add(part.toString());
        }
        JsonObject expected = JsonParser.parseString(whole).getAsJsonObject();
        JsonObject found =
                JsonParser.parseString(run(ExitCode.OK, merge.toArray(String[]::new)))
                        .getAsJsonObject();
        for (String key : List.of("miou", "macc", "aacc", "per_class", "confusion", "pictures")) {
            assertEquals(expected.get(key), found.get(key), key);
        }
    }

    @Test
    void aNamedModelHasItsOwnArchitecture() {
        String told =
                run(
                        ExitCode.OK,
                        "train",
                        "--task",
                        "segment",
                        "--model",
                        "swin_tiny_patch4_window7_224",
                        "--data",
                        set.toString(),
                        "--batch-size",
                        "2",
                        "--set",
                        "segmentation.crop=32",
                        "--dry-run");
        assertTrue(told.contains("upernet_swin_tiny_patch4_window7_224"), told);
    }

    @Test
    void resultsReplaceNoFilesOfOthers() throws IOException {
        Path out = Files.createDirectory(folder.resolve("others"));
        Files.writeString(out.resolve("classes.csv"), "mine");
        assertTrue(eval(ExitCode.BAD_INPUT, "--out", out.toString()).contains("other files"));
        assertEquals("mine", Files.readString(out.resolve("classes.csv")));
    }

    @Test
    void theTableOfClassesIsWrittenWhereAskedFor() throws IOException {
        Path csv = folder.resolve("classes.csv");
        eval(ExitCode.OK, "--shard", "1/6", "--csv", csv.toString());
        List<String> lines = Files.readAllLines(csv);
        assertEquals("index,class,iou,acc,pixels", lines.get(0));
        assertTrue(lines.size() > 3, lines.toString());
    }

    @Test
    void anEvaluationLeavesItsFiles() throws IOException {
        Path out = folder.resolve("evaluated");
        eval(ExitCode.OK, "--shard", "1/6", "--out", out.toString());
        List<String> lines = Files.readAllLines(out.resolve("classes.csv"));
        assertEquals("index,class,iou,acc,pixels", lines.get(0));
        assertEquals(14, lines.size());
        assertTrue(Files.readString(out.resolve("report.html")).contains("Evaluation"));
        assertTrue(Files.exists(out.resolve("results.json")));
    }

    @Test
    void optionsOfClassifiersAreRefused() {
        for (String option : List.of("--workers=2", "--batch-size=3", "--subset")) {
            String said = eval(ExitCode.USAGE, option);
            assertTrue(said.contains(option.split("=", 2)[0] + " has no effect"), said);
        }
    }

    @Test
    void windowsAndScalesChangeTheProtocol() {
        String slid = eval(ExitCode.OK, "--slide", "32/21");
        assertTrue(slid.contains("32 every 21"), slid);
        String scaled = eval(ExitCode.OK, "--multi-scale", "--shard", "1/6");
        assertTrue(scaled.contains("and mirrored"), scaled);
        assertTrue(eval(ExitCode.USAGE, "--slide", "32").contains("SIDE/STRIDE"));
        assertTrue(eval(ExitCode.USAGE, "--slide", "0/0").contains("SIDE/STRIDE"));
        assertTrue(eval(ExitCode.USAGE, "--slide", "32/40").contains("stride from 1"));
        assertTrue(eval(ExitCode.USAGE, "--protocol", "timm").contains("no effect"));
    }

    @Test
    void predictWritesMasksAndOverlaysOfAnySize() throws IOException {
        Path picture = folder.resolve("odd.png");
        ImageIO.write(
                new BufferedImage(71, 133, BufferedImage.TYPE_3BYTE_BGR), "png", picture.toFile());
        Path out = folder.resolve("out");
        String json =
                run(
                        ExitCode.OK,
                        "predict",
                        "--device",
                        "cpu",
                        "--weights",
                        run.toString(),
                        "--format",
                        "json",
                        "--out",
                        out.toString(),
                        picture.toString());
        JsonObject answer = JsonParser.parseString(json).getAsJsonArray().get(0).getAsJsonObject();
        long pixels = 0;
        for (var row : answer.getAsJsonArray("classes")) {
            pixels += row.getAsJsonObject().get("pixels").getAsLong();
        }
        assertEquals(71 * 133, pixels);
        BufferedImage mask = ImageIO.read(out.resolve("odd.mask.png").toFile());
        assertEquals(71, mask.getWidth());
        assertTrue(mask.getColorModel() instanceof IndexColorModel);
        int first =
                answer.getAsJsonArray("classes").get(0).getAsJsonObject().get("index").getAsInt();
        int counted = 0;
        for (int y = 0; y < 133; y++) {
            for (int x = 0; x < 71; x++) {
                counted += mask.getRaster().getSample(x, y, 0) == first ? 1 : 0;
            }
        }
        assertEquals(
                answer.getAsJsonArray("classes").get(0).getAsJsonObject().get("pixels").getAsInt(),
                counted);
        assertTrue(Files.exists(out.resolve("odd.overlay.png")));
    }

    @Test
    void inspectCountsPixelsAndNamesWhatIsBroken() throws IOException {
        String seen = run(ExitCode.OK, "data", "inspect", set.toString());
        assertTrue(seen.contains("backdrop") && seen.contains("0 broken"), seen);
        Path other = folder.resolve("other");
        run(
                ExitCode.OK,
                "data",
                "sample",
                "--layout",
                "ade20k",
                "--size",
                "48",
                "--train",
                "1",
                "--val",
                "1",
                "--out",
                other.toString());
        try (var masks = Files.list(other.resolve("annotations/training"))) {
            ImageIO.write(
                    new BufferedImage(48, 40, BufferedImage.TYPE_BYTE_GRAY),
                    "png",
                    masks.sorted().findFirst().orElseThrow().toFile());
        }
        String broken = run(ExitCode.BAD_INPUT, "data", "inspect", other.toString());
        assertTrue(broken.contains("1 broken") && broken.contains("is a mask of 48x40"), broken);
    }

    @Test
    void inspectChecksTheDescriptionOfOtherData() throws IOException {
        Path other = folder.resolve("described");
        Path images = Files.createDirectories(other.resolve("images/validation"));
        Path masks = Files.createDirectories(other.resolve("annotations/validation"));
        ImageIO.write(
                new BufferedImage(9, 5, BufferedImage.TYPE_3BYTE_BGR),
                "png",
                images.resolve("street.png").toFile());
        BufferedImage mask = new BufferedImage(9, 5, BufferedImage.TYPE_BYTE_GRAY);
        mask.getRaster().setSample(4, 2, 0, 1);
        mask.getRaster().setSample(5, 2, 0, 9);
        ImageIO.write(mask, "png", masks.resolve("street.png").toFile());
        String[] inspect = {"data", "inspect", other.toString(), "--split", "validation"};
        Path rules = other.resolve("dataset.json");
        String classes =
                "{\"classes\": [{\"name\": \"road\", \"color\": [128, 64, 128]},"
                        + " {\"name\": \"sky\", \"color\": [70, 130, 180]}]";
        Files.writeString(rules, classes + ", \"ignore_index\": 9}");
        String seen = run(ExitCode.OK, inspect);
        assertTrue(seen.contains("1 pixels without a class, 0 broken"), seen);
        assertTrue(seen.lines().anyMatch(line -> line.matches(" *0 +road +1 +43")), seen);
        assertTrue(seen.lines().anyMatch(line -> line.matches(" *1 +sky +1 +1")), seen);
        Files.writeString(rules, classes + "}");
        String broken = run(ExitCode.BAD_INPUT, inspect);
        assertTrue(broken.contains("street.png has the label 9"), broken);
        Files.writeString(rules, classes + ", \"ignore\": 9}");
        String faulty = run(ExitCode.BAD_INPUT, inspect);
        assertTrue(faulty.contains("dataset.json") && faulty.contains("ignore_index"), faulty);
    }

    @Test
    void dataOfOtherClassesIsRefused() throws IOException {
        Path other = folder.resolve("classes");
        run(
                ExitCode.OK,
                "data",
                "sample",
                "--layout",
                "ade20k",
                "--size",
                "48",
                "--train",
                "1",
                "--val",
                "1",
                "--out",
                other.toString());
        Files.delete(other.resolve("classes.csv"));
        String refused =
                run(
                        ExitCode.BAD_INPUT,
                        "eval",
                        "--device",
                        "cpu",
                        "--weights",
                        run.toString(),
                        "--data",
                        other.toString());
        assertTrue(refused.contains("150 classes that are not the 13"), refused);
    }
}
