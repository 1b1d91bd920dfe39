// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.train.Checkpoint;
import io.github.swindjl.train.Checkpoints;
import io.github.swindjl.train.RunDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at any instant, also within the writing of a checkpoint, changes no final weight. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher needs a POSIX shell")
class KillIT {

    private static final int UPDATES_PER_EPOCH = 6;

    /** How the pictures are drawn, and what is trained on them: six updates in an epoch. */
    private enum Task {
        CLASSIFY(
                List.of("--size", "32", "--train", "4", "--val", "2"),
                List.of(
                        "--batch-size",
                        "8",
                        "--set",
                        "augmentation.crop=padded",
                        "--set",
                        "model.overrides={width: 8, depths: [1, 1], heads: [1, 2],"
                                + " reference_windows: [0, 0], image_height: 32, image_width: 32}")),
        SEGMENT(
                List.of("--layout", "ade20k", "--size", "48", "--train", "2", "--val", "1"),
                List.of(
                        "--task",
                        "segment",
                        "--batch-size",
                        "4",
                        "--set",
                        "segmentation.channels=8",
                        "--set",
                        "segmentation.dropout=0.1",
                        "--set",
                        "segmentation.photometric=true",
                        "--set",
                        "segmentation.crop=48",
                        "--set",
                        "segmentation.box=[192, 48]",
                        "--set",
                        "model.overrides={width: 16, depths: [1, 1], heads: [1, 2], window: 4,"
                                + " reference_windows: [0, 0]}"));

        private final List<String> pictures;
        private final List<String> training;

        Task(List<String> pictures, List<String> training) {
            this.pictures = pictures;
            this.training = training;
        }
    }

    @TempDir private Path folder;
    private Task task = Task.CLASSIFY;
    private int epochs;

    /** One killed run, as a row of the table. */
    private record Kill(
            int number, boolean aimedAtWrite, double seconds, String found, boolean equal) {

        String row() {
            return String.format(
                    Locale.ROOT,
                    "| %d | %.2f | %s | %s | %s |",
                    number,
                    seconds,
                    aimedAtWrite ? "within a write" : "random",
                    found,
                    equal ? "yes" : "NO");
        }
    }

    @Test
    void threeKilledRunsEndAsOneThatWasNot() throws Exception {
        epochs = 10;
        kill(3, 1);
    }

    @Test
    void killedRunsThatLabelPixelsEndAsOneThatWasNot() throws Exception {
        task = Task.SEGMENT;
        epochs = 5;
        kill(2, 1);
    }

    /** Takes some minutes; leaves the table in the build's folder. */
    @Test
    @Tag("slow")
    void twentyKilledRunsEndAsOneThatWasNot() throws Exception {
        epochs = 30;
        List<Kill> kills = kill(20, 8);
        List<String> lines = new ArrayList<>();
        lines.add("| kill | after, s | aimed | found then | final files equal |");
        lines.add("|---|---|---|---|---|");
        kills.forEach(kill -> lines.add(kill.row()));
        Files.write(Path.of("target", "kills.md"), lines);
    }

    private List<Kill> kill(int count, int withinWrites) throws Exception {
        List<String> draw = new ArrayList<>(List.of("data", "sample", "--out", "set"));
        draw.addAll(task.pictures);
        Program.Result drawn = Program.run(folder, draw.toArray(String[]::new));
        assertEquals(ExitCode.OK, drawn.exit(), drawn.err());
        finish("whole");
        Random random = new Random(count);
        List<Kill> kills = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            String run = "run" + number;
            boolean withinWrite = number <= withinWrites;
            double seconds =
                    withinWrite
                            ? killWithinWrite(run, 1 + random.nextInt(20))
                            : killAfter(
                                    run,
                                    random.nextInt(UPDATES_PER_EPOCH * epochs),
                                    random.nextInt(30_000_000));
            String found = found(run);
            finish(run);
            boolean equal = true;
            for (String file : List.of(Checkpoint.MODEL, Checkpoint.OPTIMIZER)) {
                equal &= Files.mismatch(last("whole").resolve(file), last(run).resolve(file)) < 0;
            }
            kills.add(new Kill(number, withinWrite, seconds, found, equal));
            Folders.remove(folder.resolve(run));
        }
        assertTrue(kills.stream().allMatch(Kill::equal), kills.toString());
        assertTrue(
                kills.stream().anyMatch(kill -> kill.found().contains("half a checkpoint")),
                "no kill hit a write: " + kills);
        return kills;
    }

    private static void await(Path path, Process process) {
        while (process.isAlive() && Files.notExists(path)) {
            Thread.onSpinWait();
        }
    }

    /** Waits for an update's checkpoint, or a later one, and some time more. */
    private double killAfter(String run, int update, long nanos) throws Exception {
        Path checkpoints = folder.resolve(run).resolve("checkpoints");
        Process process = start(run);
        await(folder.resolve(run), process);
        long begin = System.nanoTime();
        while (process.isAlive() && newest(checkpoints) < update) {
            Thread.onSpinWait();
        }
        process.waitFor(nanos, TimeUnit.NANOSECONDS);
        return end(process, begin);
    }

    private static int newest(Path checkpoints) throws IOException {
        int newest = 0;
        try (DirectoryStream<Path> found = Files.newDirectoryStream(checkpoints, "update-*")) {
            for (Path checkpoint : found) {
                String name = checkpoint.getFileName().toString();
                newest = Math.max(newest, Integer.parseInt(name.replace("update-", "")));
            }
        }
        return newest;
    }

    /** Waits until a checkpoint is being written for so many times. */
    private double killWithinWrite(String run, int times) throws Exception {
        Path checkpoints = folder.resolve(run).resolve("checkpoints");
        Process process = start(run);
        await(folder.resolve(run), process);
        long begin = System.nanoTime();
        int seen = 0;
        boolean writing = false;
        while (process.isAlive() && seen < times) {
            boolean now = isBeingWritten(checkpoints);
            seen += now && !writing ? 1 : 0;
            writing = now;
        }
        return end(process, begin);
    }

    private static boolean isBeingWritten(Path checkpoints) throws IOException {
        if (Files.notExists(checkpoints)) {
            return false;
        }
        try (DirectoryStream<Path> asides = Files.newDirectoryStream(checkpoints, ".update-*")) {
            return asides.iterator().hasNext();
        }
    }

    private double end(Process process, long begin) throws Exception {
        process.destroyForcibly();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "SIGKILL had no effect");
        return (System.nanoTime() - begin) / 1e9;
    }

    /** What is on the disk after a kill; a checkpoint under its own name must be whole. */
    private String found(String run) throws IOException {
        Path path = folder.resolve(run);
        if (Files.notExists(path)) {
            return "no run yet";
        }
        RunDirectory directory = RunDirectory.open(path);
        Checkpoints.Search search =
                directory.checkpoints(directory.config().checkpoints()).latest();
        assertEquals(List.of(), search.damaged());
        String state =
                search.checkpoint()
                        .map(checkpoint -> "update " + checkpoint.state().update())
                        .orElse("no checkpoint");
        return state
                + (isBeingWritten(path.resolve("checkpoints")) ? ", half a checkpoint" : "")
                + (Files.exists(path.resolve("results.json")) ? ", results" : "");
    }

    private void finish(String run) throws Exception {
        if (Files.exists(folder.resolve(run).resolve("results.json"))) {
            return;
        }
        Program.Result result = Program.run(folder, arguments(run));
        assertEquals(ExitCode.OK, result.exit(), result.err());
    }

    private Process start(String run) throws IOException {
        return Program.start(
                folder, folder.resolve("out.txt"), folder.resolve("err.txt"), arguments(run));
    }

    private String[] arguments(String run) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "train",
                                "--resume",
                                "auto",
                                "--out",
                                run,
                                "--data",
                                "set",
                                "--device",
                                "cpu",
                                "--epochs",
                                String.valueOf(epochs),
                                "--set",
                                "checkpoints.every_updates=2"));
        arguments.addAll(task.training);
        return arguments.toArray(String[]::new);
    }

    /** The checkpoint of a run's end. */
    private Path last(String run) {
        return folder.resolve(run)
                .resolve(
                        String.format(
                                Locale.ROOT,
                                "checkpoints/update-%09d",
                                UPDATES_PER_EPOCH * epochs));
    }
}
