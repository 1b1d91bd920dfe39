// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher needs a POSIX shell")
class ProgramIT {

    @TempDir private Path folder;

    @Test
    void doctorLoadsTheEngineFromAnyFolder() throws Exception {
        Program.Result result =
                Program.run(folder, "doctor", "--device", "cpu", "--format", "json");
        assertEquals(ExitCode.OK, result.exit(), result.err());
        assertEquals("", result.err());
        var report = JsonParser.parseString(result.out()).getAsJsonObject();
        assertFalse(report.get("libtorch").isJsonNull());
        var chosen = report.getAsJsonObject("native_library");
        assertFalse(chosen.get("kind").getAsString().equals("unknown"), result.out());
        assertFalse(report.get("program").getAsString().equals("unpacked"), result.out());
    }

    @Test
    void startsWithTheClassArchiveAndWithoutAFittingOne() throws Exception {
        Program.Result first = Program.run(folder, "doctor", "--format", "json");
        String said = classArchive(first);
        assumeTrue(said.endsWith(".jsa"), said);
        assertTrue(said.startsWith("in use: "), said);

        Path archive = Path.of(said.substring("in use: ".length()));
        byte[] whole = Files.readAllBytes(archive);
        byte[] damaged = whole.clone();
        for (int i = 0; i < damaged.length; i += 512) {
            damaged[i] ^= 0x55;
        }
        try {
            replace(archive, damaged);
            Program.Result second = Program.run(folder, "doctor", "--format", "json");
            assertEquals(ExitCode.OK, second.exit(), second.err());
            assertTrue(classArchive(second).contains("does not fit"), second.out());
        } finally {
            replace(archive, whole);
        }
    }

    /** Leaves running programs the archive that they have mapped. */
    private void replace(Path archive, byte[] content) throws IOException {
        Path aside = Files.write(archive.resolveSibling("aside.jsa"), content);
        Files.move(aside, archive, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String classArchive(Program.Result doctor) {
        return JsonParser.parseString(doctor.out())
                .getAsJsonObject()
                .get("class_archive")
                .getAsString();
    }

    @Test
    void exitCodesReachTheShell() throws Exception {
        Program.Result unknown = Program.run(folder, "docter");
        assertEquals(ExitCode.USAGE, unknown.exit());
        assertTrue(unknown.err().contains("doctor"), unknown.err());
        assertEquals("", unknown.out());
        assertEquals(
                ExitCode.ENVIRONMENT, Program.run(folder, "doctor", "--device", "gpu:99").exit());
    }

    @Test
    void aStoppedRunGoesOnToTheSameWeights() throws Exception {
        train("whole");
        Path out = folder.resolve("stopped.out");
        Path err = folder.resolve("stopped.err");
        Process process = Program.start(folder, out, err, arguments("stopped"));
        Path history = folder.resolve("stopped/history.csv");
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (Files.notExists(history)) {
            assertTrue(process.isAlive() && System.nanoTime() < deadline, Files.readString(err));
            Thread.sleep(20);
        }
        process.destroy();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), "the program does not stop");
        assertEquals(128 + 15, process.exitValue(), Files.readString(err));
        assertEquals("", Files.readString(out));
        assertTrue(
                Files.readString(err).contains("swin train --resume stopped"),
                Files.readString(err));
        assertFalse(Files.exists(folder.resolve("stopped/results.json")));

        Program.Result resumed = Program.run(folder, "train", "--resume", "stopped");
        assertEquals(ExitCode.OK, resumed.exit(), resumed.err());
        String last = resumed.out().lines().reduce((a, b) -> b).orElseThrow();
        assertTrue(
                last.matches(
                        "result top1=[01]\\.\\d{4} checkpoint=stopped/checkpoints/update-\\d+"),
                last);
        assertArrayEquals(weights("whole"), weights("stopped"));
    }

    @Test
    void aTrainedRunEvaluatesAndPredicts() throws Exception {
        train("run");
        Program.Result eval =
                Program.run(folder, "eval", "--weights", "run", "--data", "set", "--quiet");
        assertEquals(ExitCode.OK, eval.exit(), eval.err());
        assertEquals("", eval.err());
        assertTrue(eval.out().contains("top-1"), eval.out());
        Program.Result predict =
                Program.run(
                        folder,
                        "predict",
                        "--weights",
                        "run",
                        "--format",
                        "json",
                        "--out",
                        "annotated",
                        "set/val/star");
        assertEquals(ExitCode.OK, predict.exit(), predict.err());
        assertEquals(2, JsonParser.parseString(predict.out()).getAsJsonArray().size());
        assertTrue(Files.exists(folder.resolve("annotated/star_00000.png")));
    }

    private void train(String run) throws Exception {
        Program.Result result = Program.run(folder, arguments(run));
        assertEquals(ExitCode.OK, result.exit(), result.err());
        assertFalse(result.err().contains("INFO"), result.err());
    }

    /** Trains a network of one block per stage for ten epochs of six updates. */
    private String[] arguments(String run) throws Exception {
        if (Files.notExists(folder.resolve("set"))) {
            Program.Result drawn =
                    Program.run(
                            folder, "data", "sample", "--out", "set", "--size", "32", "--train",
                            "4", "--val", "2");
            assertEquals(ExitCode.OK, drawn.exit(), drawn.err());
        }
        return new String[] {
            "train",
            "--data",
            "set",
            "--device",
            "cpu",
            "--out",
            run,
            "--epochs",
            "10",
            "--batch-size",
            "8",
            "--set",
            "model.overrides={width: 8, depths: [1, 1], heads: [1, 2], reference_windows: [0, 0],"
                    + " image_height: 32, image_width: 32}"
        };
    }

    private byte[] weights(String run) throws Exception {
        return Files.readAllBytes(
                folder.resolve(run).resolve("checkpoints/update-000000060/model.safetensors"));
    }
}
