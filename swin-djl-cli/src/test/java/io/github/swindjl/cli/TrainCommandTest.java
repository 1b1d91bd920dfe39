// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.train.RunLock;
import io.github.swindjl.train.config.CheckpointConfig;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.image.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {

    private static final Pattern RESULT =
            Pattern.compile("result top1=([01]\\.\\d{4}) checkpoint=(.+)");

    @TempDir private static Path shared;
    private static Path set;

    /** A run that others look at. */
    private static Path run;

    private static String runOutput;
    private static String runNotes;

    @TempDir private Path folder;

    private final TestConsole console = new TestConsole();

    @BeforeAll
    static void train() throws IOException {
        set = shared.resolve("set");
        SampleSet.create(set, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 4, 2, 3));
        run = shared.resolve("run");
        TestConsole first = new TestConsole();
        assertEquals(ExitCode.OK, tiny(first, "--out", run.toString()), first.err());
        runOutput = first.out();
        runNotes = first.err();
    }

    @Test
    void theRunDirectoryIsComplete() throws IOException {
        assertEquals(
                List.of(
                        ".lock",
                        "checkpoints",
                        "config.yaml",
                        "history.csv",
                        "manifest.json",
                        "plots",
                        "report.html",
                        "results.json",
                        "tensorboard"),
                names(run));
        assertEquals(
                List.of(
                        "calibration.png",
                        "confusion.png",
                        "predictions.png",
                        "recall.png",
                        "training.png"),
                names(run.resolve("plots")));
        assertTrue(PictureReader.size(run.resolve("plots/training.png")).width() > 600);
        assertEquals(3, Files.readAllLines(run.resolve("history.csv")).size());
        assertTrue(names(run.resolve("tensorboard")).get(0).contains("tfevents"));
        TrainConfig config = RunDirectory.open(run).config();
        assertEquals(2, config.training().epochs());
        assertEquals(set.toAbsolutePath().toString(), config.data().path());
        JsonObject manifest = json(run.resolve("manifest.json"));
        assertEquals("2.7.1", manifest.get("libtorch").getAsString());
        assertEquals("cpu", manifest.get("device").getAsString());
        assertTrue(manifest.get("command_line").toString().contains("--epochs"));
        String report = Files.readString(run.resolve("report.html"));
        for (String part :
                List.of(
                        "Training run run",
                        "optimizer.lr",
                        "Most confident mistakes",
                        "Surest right predictions",
                        "gradient norm",
                        "longest epoch",
                        "evaluation, speed")) {
            assertTrue(report.contains(part), part);
        }
    }

    @Test
    void theLastLineIsTheResult() throws IOException {
        List<String> lines = runOutput.lines().toList();
        Matcher result = RESULT.matcher(lines.get(lines.size() - 1));
        assertTrue(result.matches(), runOutput);
        Path checkpoint = Path.of(result.group(2));
        assertTrue(Files.exists(checkpoint.resolve("model.safetensors")), runOutput);
        JsonObject results = json(run.resolve("results.json"));
        assertEquals(results.get("top1").getAsDouble(), Double.parseDouble(result.group(1)), 5e-5);
        assertEquals(
                checkpoint.toAbsolutePath(),
                run.resolve(results.get("checkpoint").getAsString()).toAbsolutePath());

        TestConsole eval = new TestConsole();
        assertEquals(
                ExitCode.OK,
                eval.run(
                        "eval",
                        "--device",
                        "cpu",
                        "--weights",
                        run.toString(),
                        "--data",
                        set.toString(),
                        "--format",
                        "json"),
                eval.err());
        JsonObject again = JsonParser.parseString(eval.out()).getAsJsonObject();
        assertEquals(results.get("confusion"), again.get("confusion"));
        assertEquals(results.get("setup"), again.get("setup"));
    }

    @Test
    void progressIsOnTheOtherStream() {
        assertFalse(runOutput.contains("images/s"), runOutput);
        assertTrue(runNotes.contains("Training mini, "), runNotes);
        assertTrue(
                runNotes.contains(
                        "Peak learning rate 0.0007500 = 0.001500 x (8 pictures x 1 passes x 1"
                                + " process / 16)."),
                runNotes);
        assertTrue(
                runNotes.contains("\n epoch  train loss  val loss     top-1     top-5  images/s"),
                runNotes);
        assertTrue(runNotes.contains("\n     2 "), runNotes);
        Pattern step =
                Pattern.compile(
                        "train 12/12, \\d+ s, epoch 2/2, loss \\d\\.\\d{3}, 0:00 left, \\d+"
                                + " images/s, \\d+ % wait, lr \\S+, norm \\d+\\.\\d\\d, \\d+ MB");
        assertTrue(step.matcher(runNotes).find(), runNotes);
    }

    @Test
    void quietLeavesResultsOnly() {
        Path quiet = folder.resolve("quiet");
        assertEquals(ExitCode.OK, tiny(console, "--quiet", "--out", quiet.toString()));
        assertEquals("", console.err());
        assertTrue(console.out().contains("result top1="), console.out());
    }

    @Test
    void theSeedDecidesTheWeights() throws IOException {
        Path same = folder.resolve("same");
        Path other = folder.resolve("other");
        assertEquals(ExitCode.OK, tiny(new TestConsole(), "--out", same.toString()));
        assertEquals(
                ExitCode.OK, tiny(new TestConsole(), "--out", other.toString(), "--seed", "8"));
        assertArrayEquals(weights(run), weights(same));
        assertFalse(Arrays.equals(weights(run), weights(other)));
    }

    @Test
    void aKilledRunGoesOnToTheSameWeights() throws IOException {
        Path killed = folder.resolve("killed");
        assertEquals(ExitCode.OK, tiny(new TestConsole(), "--out", killed.toString()));
        Folders.remove(killed.resolve("checkpoints/update-000000012"));
        Files.delete(killed.resolve("results.json"));

        assertEquals(
                ExitCode.OK, console.run("train", "--resume", killed.toString()), console.err());
        assertTrue(console.err().contains("Going on from"), console.err());
        assertTrue(console.err().contains("update-000000006"), console.err());
        assertArrayEquals(weights(run), weights(killed));
        assertEquals(3, Files.readAllLines(killed.resolve("history.csv")).size());

        TestConsole auto = new TestConsole();
        Folders.remove(killed.resolve("checkpoints"));
        assertEquals(ExitCode.OK, tiny(auto, "--resume", "auto", "--out", killed.toString()));
        assertTrue(auto.err().contains("begins anew"), auto.err());
        assertArrayEquals(weights(run), weights(killed));
    }

    @Test
    void aRunThatIsUnderWayIsNotTouched() throws IOException {
        try (RunLock lock = RunDirectory.open(run).lock()) {
            refused(ExitCode.BAD_INPUT, "is training in this run", "--resume", run.toString());
        }
    }

    @Test
    void resumingNeedsTheSameRun() throws IOException {
        refused(ExitCode.BAD_INPUT, "no run to resume", "--resume", folder.toString());
        refused(
                ExitCode.USAGE,
                "optimizer.lr is 0.0015 there and 1.0 here; training.epochs is 2 there and 5 here",
                "--resume",
                run.toString(),
                "--epochs",
                "5",
                "--set",
                "optimizer.lr=1",
                "--workers",
                "1");
        refused(ExitCode.USAGE, "--out has no effect", "--resume", "" + run, "--out", "" + folder);
        TestConsole auto = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                tiny(auto, "--resume", "auto", "--out", run.toString(), "--seed", "77"));
        assertTrue(auto.err().contains("seed is 0 there and 77 here"), auto.err());

        Path copy = folder.resolve("copy");
        Path moved = folder.resolve("set");
        SampleSet.create(moved, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 4, 2, 3));
        assertEquals(
                ExitCode.OK,
                tiny(
                        new TestConsole(),
                        "--out",
                        copy.toString(),
                        "--data",
                        moved.toString(),
                        "--epochs",
                        "1"));
        Files.delete(
                moved.resolve("train/star").resolve(names(moved.resolve("train/star")).get(0)));
        refused(ExitCode.BAD_INPUT, "not those the run", "--resume", copy.toString());
    }

    @Test
    void brokenPicturesAreLeftOutWhenAskedAndTheRunStaysResumable() throws IOException {
        Path some = folder.resolve("some");
        SampleSet.create(some, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 5, 2, 3));
        Path cut = some.resolve("train/star").resolve(names(some.resolve("train/star")).get(2));
        byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        Path refused = folder.resolve("refused");
        assertEquals(
                ExitCode.BAD_INPUT,
                tiny(console, "--data", some.toString(), "--out", refused.toString()));
        assertTrue(console.err().contains(cut.getFileName().toString()), console.err());
        assertTrue(console.err().contains("truncated"), console.err());

        Path text = some.resolve("val/ring").resolve(names(some.resolve("val/ring")).get(0));
        Files.writeString(text, "no picture");

        // 59 of 60 pictures in batches of 8 with the last, smaller one left out: 7 an epoch.
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        for (Path to : List.of(first, second)) {
            TestConsole told = new TestConsole();
            assertEquals(
                    ExitCode.OK,
                    tiny(told, "--data", "" + some, "--out", "" + to, "--skip-broken"),
                    told.err());
            assertTrue(told.err().contains("Left out: " + cut), told.err());
            assertTrue(told.err().contains("Left out: " + text), told.err());
            assertTrue(told.err().contains("2 left out"), told.err());
        }
        String last = "checkpoints/update-000000014/";
        assertTrue(Files.readString(first.resolve("config.yaml")).contains("skip_broken: true"));
        JsonObject data = json(first.resolve("manifest.json")).getAsJsonObject("data");
        assertEquals(59, data.getAsJsonObject("train").get("pictures").getAsInt());
        assertEquals(23, data.getAsJsonObject("val").get("pictures").getAsInt());

        Folders.remove(second.resolve(last));
        Files.delete(second.resolve("results.json"));
        TestConsole resumed = new TestConsole();
        assertEquals(ExitCode.OK, resumed.run("train", "--resume", "" + second), resumed.err());
        assertTrue(resumed.err().contains("update-000000007"), resumed.err());
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertEquals(
                    -1,
                    Files.mismatch(first.resolve(last + file), second.resolve(last + file)),
                    file);
        }

        Files.write(cut, whole);
        refused(ExitCode.BAD_INPUT, "not those the run", "--resume", second.toString());
    }

    @Test
    void whatDoesNotDecideTheWeightsMayChangeOnTheWay() throws IOException {
        Path changed = folder.resolve("changed");
        assertEquals(ExitCode.OK, tiny(new TestConsole(), "--out", changed.toString()));
        Folders.remove(changed.resolve("checkpoints/update-000000012"));
        Path moved = folder.resolve("moved");
        SampleSet.create(moved, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 4, 2, 3));
        assertEquals(
                ExitCode.OK,
                console.run(
                        "train",
                        "--resume",
                        changed.toString(),
                        "--data",
                        moved.toString(),
                        "--workers",
                        "1"),
                console.err());
        assertTrue(console.err().contains("Changed: data.path was " + set), console.err());
        assertTrue(console.err().contains("Changed: data.workers was 2 and is 1"), console.err());
        assertArrayEquals(weights(run), weights(changed));
        assertEquals(1, RunDirectory.open(changed).config().data().workers());
    }

    @Test
    void aTimeLimitSavesAndTheRunGoesOn() throws IOException {
        Path limited = folder.resolve("limited");
        assertEquals(
                ExitCode.STOPPED,
                tiny(console, "--out", limited.toString(), "--max-time", "0.001s"),
                console.err());
        assertTrue(console.err().contains("Time is up. Stopping"), console.err());
        assertTrue(console.err().contains("--resume"), console.err());
        assertEquals("", console.out());
        TestConsole further = new TestConsole();
        assertEquals(
                ExitCode.OK,
                further.run("train", "--resume", limited.toString(), "--max-time", "1h30m"),
                further.err());
        assertArrayEquals(weights(run), weights(limited));
        refusedTiny(ExitCode.USAGE, "such as 90s, 45m or 1h30m", "--max-time", "0s");
        refusedTiny(ExitCode.USAGE, "such as 90s, 45m or 1h30m", "--max-time", "soon");
    }

    @Test
    void picturesThatVanishLeaveTheLastStateAndSaySo() throws IOException {
        Path vanishing = folder.resolve("set");
        SampleSet.create(vanishing, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 4, 2, 3));
        Path out = folder.resolve("run");
        Path events = out.resolve("history.csv");
        Thread remover =
                new Thread(
                        () -> {
                            try {
                                while (Files.notExists(events)) {
                                    Thread.sleep(1);
                                }
                                Folders.remove(vanishing.resolve("train"));
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        remover.start();
        assertEquals(
                ExitCode.BAD_INPUT,
                tiny(
                        console,
                        "--data",
                        vanishing.toString(),
                        "--epochs",
                        "500",
                        "--out",
                        out.toString()),
                console.err());
        assertTrue(console.err().contains("its state after epoch "), console.err());
        assertTrue(console.err().contains("swin train --resume"), console.err());
        assertTrue(console.err().contains("error: "), console.err());
        assertTrue(console.err().contains(vanishing.toString()), console.err());
        assertEquals(
                List.of(),
                RunDirectory.open(out)
                        .checkpoints(new CheckpointConfig(1, 0, 1, 1))
                        .latest()
                        .damaged());
    }

    @Test
    void aDamagedNewestCheckpointIsToldAndTheOneBeforeUsed() throws IOException {
        Path damaged = folder.resolve("damaged");
        assertEquals(ExitCode.OK, tiny(new TestConsole(), "--out", damaged.toString()));
        Path newest = damaged.resolve("checkpoints/update-000000012/optimizer.safetensors");
        Files.write(newest, Arrays.copyOf(Files.readAllBytes(newest), 1000));
        assertEquals(
                ExitCode.OK, console.run("train", "--resume", damaged.toString()), console.err());
        assertTrue(console.err().contains("Damaged, so passed over: " + newest), console.err());
        assertTrue(console.err().contains("has 1000 bytes"), console.err());
        assertTrue(console.err().contains("update-000000006"), console.err());
        assertArrayEquals(weights(run), weights(damaged));
    }

    @Test
    void aRunWithDamagedCheckpointsOnlyIsNotBegunAnew() throws IOException {
        Path damaged = folder.resolve("all-damaged");
        assertEquals(ExitCode.OK, tiny(new TestConsole(), "--out", damaged.toString()));
        List<Path> states;
        try (Stream<Path> files = Files.walk(damaged.resolve("checkpoints"))) {
            states = files.filter(file -> file.endsWith("model.safetensors")).toList();
        }
        for (Path state : states) {
            Files.write(state, new byte[0]);
        }
        refused(ExitCode.BAD_INPUT, "no checkpoint that is whole", "--resume", damaged.toString());
        for (Path state : states) {
            assertEquals(0, Files.size(state));
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no folder that nobody can write to")
    void aFolderThatCannotBeWrittenToIsRefused() {
        TestConsole refusal = new TestConsole();
        assertEquals(ExitCode.BAD_INPUT, tiny(refusal, "--out", "/proc/swin-run"), refusal.err());
        assertRefusal(refusal, "/proc/swin-run: the run directory cannot be created");
    }

    @Test
    void dryRunChecksAndWritesNothing() throws IOException {
        assertEquals(ExitCode.OK, tiny(console, "--dry-run"), console.err());
        assertTrue(console.out().contains("# updates       12, 6 in each of 2"), console.out());
        assertTrue(console.out().contains("# data          48 training and 24"), console.out());
        assertTrue(console.out().contains("# first update  "), console.out());
        assertTrue(
                Pattern.compile("# time +0:\\d\\d for all updates.*5 tried after the first: 0\\.")
                        .matcher(console.out())
                        .find(),
                console.out());
        assertTrue(
                Pattern.compile("# memory +\\d+ MB at most").matcher(console.out()).find(),
                console.out());
        assertEquals(List.of(), names(folder));

        Path file = Files.writeString(folder.resolve("config.yaml"), console.out());
        TestConsole again = new TestConsole();
        assertEquals(
                ExitCode.OK,
                again.run("train", "--config", file.toString(), "--dry-run"),
                again.err());
        assertEquals(yaml(console.out()), yaml(again.out()));
    }

    @ParameterizedTest
    @CsvSource({
        "--epochs, 3, '  epochs: 3'",
        "--batch-size, 6, '  batch_size: 6'",
        "--accumulate, 2, '  accumulate: 2'",
        "--precision, bf16, 'precision: bf16'",
        "--memory, block, 'memory: block'",
        "--memory, sequential, '# memory mode   sequential: blocks are computed twice, and attention a"
                + " few windows at a time'",
        "--device, cpu, 'device: cpu'",
        "--seed, 5, 'seed: 5'",
        "--workers, 3, '  workers: 3'",
        "--set, optimizer.lr=0.25, '  lr: 0.25'",
        "--model, swin_tiny_patch4_window7_224, '  name: swin_tiny_patch4_window7_224'"
    })
    void optionsChangeTheConfiguration(String option, String value, String line) {
        List<String> arguments = new ArrayList<>(List.of("train", "--dry-run"));
        arguments.addAll(List.of("--data", set.toString()));
        arguments.addAll(
                List.of(
                        "--set",
                        "model.overrides={width: 8, depths: [1, 1], heads: [1, 2],"
                                + " reference_windows: [0, 0], image_height: 32, image_width: 32}",
                        "--set",
                        "training.batch_size=4"));
        arguments.addAll(List.of(option, value));
        assertEquals(ExitCode.OK, console.run(arguments.toArray(String[]::new)), console.err());
        assertTrue(
                console.out()
                        .lines()
                        .map(each -> each.replaceFirst(", which takes about a third.*", ""))
                        .anyMatch(line::equals),
                console.out());
    }

    @Test
    void automaticMemoryTellsWhatItChose() {
        assertEquals(ExitCode.OK, tiny(console, "--dry-run", "--memory", "auto"), console.err());
        assertTrue(
                Pattern.compile(
                                "# memory mode +plain: everything is kept for the backward pass;"
                                        + " an estimated 0\\.\\d+ GB; free are")
                        .matcher(console.out())
                        .find(),
                console.out());
    }

    @Test
    void precedenceIsFileThenSettingsThenOptions() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("c.yaml"),
                        "training: {epochs: 5, batch_size: 5, label_smoothing: 0.5}");
        assertEquals(
                ExitCode.OK,
                tiny(
                        console,
                        "--dry-run",
                        "--config",
                        file.toString(),
                        "--set",
                        "training.epochs=6"),
                console.err());
        assertTrue(console.out().contains("  epochs: 2"), "the option wins\n" + console.out());
        assertTrue(console.out().contains("  batch_size: 8"), console.out());
        assertTrue(console.out().contains("  label_smoothing: 0.5"), console.out());
    }

    @Test
    void wrongOptionsAreUsageErrors() {
        refusedTiny(ExitCode.USAGE, "--batch-size sets training.batch_size", "--batch-size", "0");
        refusedTiny(ExitCode.USAGE, "training.epochs: found 0", "--epochs", "0");
        refusedTiny(
                ExitCode.USAGE,
                "optimizer.lrr: unknown key; did you mean lr",
                "--set",
                "optimizer.lrr=1");
        refusedTiny(ExitCode.USAGE, "key=value", "--set", "optimizer.lr");
        refusedTiny(ExitCode.USAGE, "a number", "--set", "optimizer.lr=fast");
        refusedTiny(ExitCode.USAGE, "did you mean --epochs", "--epoch", "3");
        refusedTiny(ExitCode.USAGE, "mean swin_tiny", "--model", "swin_tinny_patch4_window7_224");
        refusedTiny(ExitCode.USAGE, "window", "--set", "model.overrides.windw=4");
        refusedTiny(ExitCode.USAGE, "heads", "--set", "model.overrides.heads=[3, 2]");
        refusedTiny(ExitCode.USAGE, "training.drop_path", "--set", "model.overrides.drop_path=1");
        refusedTiny(ExitCode.USAGE, "classify, segment, simmim", "--task", "segmnt");
        refusedTiny(ExitCode.USAGE, "gpu:N", "--device", "tpu");
        refusedTiny(ExitCode.ENVIRONMENT, "no GPU", "--device", "gpu:9");
    }

    @Test
    void wrongFilesAreBadInput() throws IOException {
        Path file = folder.resolve("c.yaml");
        refusedConfig("does not exist", file);
        refusedConfig("optimizer.lrr", Files.writeString(file, "optimizer: {lrr: 1}"));
        refusedConfig("training.epochs", Files.writeString(file, "training: {epochs: many}"));
        refusedConfig("c.yaml", Files.writeString(file, "training: ["));
        refusedConfig("window", Files.writeString(file, "model: {overrides: {windw: 1}}"));
        refusedConfig(
                "swin_tiny", Files.writeString(file, "model: {name: swin_tinny_patch4_window7}"));
        refusedTiny(ExitCode.USAGE, "Unknown model 'no'", "--config", file + "", "--model", "no");
        Files.delete(file);

        refusedTiny(ExitCode.BAD_INPUT, "no such folder", "--data", "" + folder.resolve("no"));
        refusedTiny(ExitCode.BAD_INPUT, "needs the folders", "--data", folder.toString());
        refusedTiny(ExitCode.BAD_INPUT, "did you mean cifar10", "--data", "cifra10");
        Path hollow = folder.resolve("hollow");
        Files.createDirectories(hollow.resolve("train/cat"));
        Files.createDirectories(hollow.resolve("val/cat"));
        refusedTiny(ExitCode.BAD_INPUT, "has no picture", "--data", hollow.toString());
        OddPictures.write(hollow.resolve("train/cat/a.png"), "dot");
        OddPictures.write(hollow.resolve("val/cat/a.png"), "thin");
        OddPictures.write(hollow.resolve("val/dog/a.png"), "grey");
        refusedTiny(ExitCode.BAD_INPUT, "different classes", "--data", hollow.toString());
        Folders.remove(hollow);
        refusedTiny(ExitCode.BAD_INPUT, "one update needs 96", "--accumulate", "12");
        refusedTiny(ExitCode.BAD_INPUT, "not empty", "--out", set.toString());
        refusedTiny(ExitCode.BAD_INPUT, "file", "--out", "" + run.resolve("config.yaml"));
        refusedTiny(ExitCode.BAD_INPUT, "cannot be created", "--out", run + "/config.yaml/below");
        refusedTiny(ExitCode.BAD_INPUT, "no such file", "--weights", "" + folder.resolve("w"));
        assertEquals(List.of(), names(folder));
    }

    @Test
    void aBrokenPictureLeavesNoRun() throws IOException {
        Path broken = folder.resolve("set");
        SampleSet.create(broken, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 4, 2, 3));
        Path cut = broken.resolve("train/star").resolve(names(broken.resolve("train/star")).get(0));
        byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        refusedTiny(
                ExitCode.BAD_INPUT,
                cut.getFileName().toString(),
                "--data",
                broken.toString(),
                "--out",
                folder.resolve("run").toString());
        assertEquals(List.of("set"), names(folder));
    }

    @Test
    void everyKindOfPictureIsTrainedOn() throws IOException {
        Path odd = folder.resolve("odd");
        for (String split : List.of("train", "val")) {
            for (String kind : List.of("thin", "dot", "grey", "alpha")) {
                OddPictures.write(odd.resolve(split).resolve(kind).resolve("a.png"), kind);
            }
        }
        assertEquals(
                ExitCode.OK,
                tiny(
                        console,
                        "--data",
                        odd.toString(),
                        "--batch-size",
                        "4",
                        "--out",
                        folder.resolve("run").toString()),
                console.err());
    }

    @Test
    void aLossThatIsNoNumberEndsTheRunWithAdvice() throws IOException {
        TestConsole refusal = new TestConsole();
        assertEquals(
                ExitCode.UNFORESEEN,
                tiny(
                        refusal,
                        "--set",
                        "optimizer.lr=1e30",
                        "--set",
                        "log_every=1",
                        "--set",
                        "training.skip_limit=3",
                        "--out",
                        folder.resolve("run").toString()));
        assertTrue(refusal.err().contains("Lower optimizer.lr"), refusal.err());
        assertFalse(refusal.err().contains("TrainingException"), refusal.err());
        assertEquals(List.of(), names(folder));
    }

    @Test
    void recipesAreListed() {
        assertEquals(ExitCode.OK, console.run("train", "--list-recipes"), console.err());
        List<String> lines = console.out().lines().toList();
        assertTrue(lines.get(0).startsWith("recipe "), lines.get(0));
        assertTrue(
                lines.stream()
                        .anyMatch(
                                line ->
                                        line.startsWith("swinv2_base_22k_to_1k_384 ")
                                                && line.contains("fine-tunes SwinV2-B")
                                                && line.contains("configs/swinv2/")),
                console.out());
        assertEquals("", console.err());
    }

    @Test
    void aRecipeIsAConfigurationByName() throws IOException {
        Path out = folder.resolve("run");
        assertEquals(
                ExitCode.OK,
                tiny(
                        console,
                        "--config",
                        "sample_full",
                        "--set",
                        "schedule.warmup_epochs=0.5",
                        "--epochs",
                        "1",
                        "--out",
                        out.toString()),
                console.err());
        TrainConfig config = RunDirectory.open(out).config();
        assertEquals("rand-m5-n1-mstd0.5-inc1", config.augmentation().policy());
        assertEquals(0.5, config.schedule().warmupEpochs());
        assertEquals(1, config.training().epochs());
        Path checkpoint = out.resolve("checkpoints/update-000000006");
        assertTrue(
                Files.exists(checkpoint.resolve("ema.safetensors")), names(checkpoint).toString());
        // The resolved file alone makes the same weights.
        TestConsole again = new TestConsole();
        Path second = folder.resolve("second");
        assertEquals(
                ExitCode.OK,
                again.run(
                        "train",
                        "--config",
                        out.resolve("config.yaml").toString(),
                        "--out",
                        second.toString()),
                again.err());
        for (String file : List.of("model.safetensors", "ema.safetensors")) {
            assertEquals(
                    -1,
                    Files.mismatch(
                            checkpoint.resolve(file),
                            second.resolve("checkpoints/update-000000006").resolve(file)),
                    file);
        }
        refused(
                ExitCode.USAGE,
                "neither a recipe nor a file; did you mean swin_tiny_1k?",
                "--config",
                "swin_tny_1k");
    }

    @Test
    void theAverageIsWhatIsEvaluatedInTheEnd() throws IOException {
        Path out = folder.resolve("run");
        assertEquals(
                ExitCode.OK,
                tiny(
                        console,
                        "--epochs",
                        "1",
                        "--set",
                        "ema.decay=0.999999",
                        "--out",
                        out.toString()),
                console.err());
        String row = Files.readAllLines(out.resolve("history.csv")).get(1);
        List<String> head =
                List.of(Files.readAllLines(out.resolve("history.csv")).get(0).split(","));
        double loss = Double.parseDouble(row.split(",")[head.indexOf("val_loss")]);
        // After six updates such an average is still the beginning: as good as guessing.
        assertEquals(Math.log(12), loss, 0.05);
        assertEquals(loss, json(out.resolve("results.json")).get("loss").getAsDouble(), 1e-6);
    }

    @Test
    void weightsOfAnotherRunAreTheBeginning() throws IOException {
        Path further = folder.resolve("further");
        assertEquals(
                ExitCode.OK,
                tiny(
                        console,
                        "--weights",
                        run.toString(),
                        "--out",
                        further.toString(),
                        "--epochs",
                        "1",
                        "--set",
                        "optimizer.lr=1e-30"),
                console.err());
        assertEquals(
                json(run.resolve("results.json")).get("confusion"),
                json(further.resolve("results.json")).get("confusion"));
    }

    private void refusedConfig(String says, Path file) {
        refused(ExitCode.BAD_INPUT, says, "--config", file.toString());
        refused(ExitCode.BAD_INPUT, file.getFileName().toString(), "--config", file.toString());
    }

    private static void refusedTiny(int code, String says, String... arguments) {
        TestConsole refusal = new TestConsole();
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!all.contains("--out")) {
            all.addAll(List.of("--out", shared.resolve("never").toString()));
        }
        assertEquals(code, tiny(refusal, all.toArray(String[]::new)), refusal.err());
        assertRefusal(refusal, says);
    }

    private static void refused(int code, String says, String... arguments) {
        TestConsole refusal = new TestConsole();
        List<String> all = new ArrayList<>(List.of("train"));
        all.addAll(List.of(arguments));
        assertEquals(code, refusal.run(all.toArray(String[]::new)), refusal.err());
        assertRefusal(refusal, says);
    }

    private static void assertRefusal(TestConsole refusal, String says) {
        assertTrue(refusal.err().contains("error: "), refusal.err());
        assertTrue(refusal.err().contains(says), refusal.err());
        assertFalse(refusal.err().contains("\tat "), refusal.err());
        assertEquals("", refusal.out());
        assertFalse(Files.exists(shared.resolve("never")));
    }

    /** Trains a network of one block per stage for two epochs of six updates. */
    private static int tiny(TestConsole to, String... more) {
        List<String> given = List.of(more);
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "train",
                                "--set",
                                "model.overrides={width: 8, depths: [1, 1], heads: [1, 2],"
                                        + " reference_windows: [0, 0], image_height: 32,"
                                        + " image_width: 32}",
                                "--set",
                                "schedule.warmup_epochs=0"));
        List<List<String>> usual =
                List.of(
                        List.of("--data", set.toString()),
                        List.of("--device", "cpu"),
                        List.of("--epochs", "2"),
                        List.of("--batch-size", "8"));
        for (List<String> option : usual) {
            if (!given.contains(option.get(0))) {
                all.addAll(option);
            }
        }
        all.addAll(given);
        return to.run(all.toArray(String[]::new));
    }

    private static byte[] weights(Path of) throws IOException {
        return Files.readAllBytes(of.resolve("checkpoints/update-000000012/model.safetensors"));
    }

    private static JsonObject json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    private static List<String> yaml(String output) {
        return output.lines().filter(line -> !line.startsWith("#")).toList();
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
