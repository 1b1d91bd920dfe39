// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.data.SampleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL in the middle of an evaluation, and again in its rest, changes no digit of its result.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EvalKillTest {

    private static final int PICTURES = 12 * 30;

    @TempDir private Path folder;
    private Path set;
    private Path weights;

    @Test
    void aTwiceKilledEvaluationEndsAsOneThatWasNot() throws Exception {
        set = folder.resolve("set");
        SampleSet.create(set, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 1, 30, 3));
        weights = TestModels.write(folder.resolve("model"), 5, SampleSet.classes());
        finish("whole");

        killed();
        int first = judged(killed("--resume"));
        int second = judged(finish("part", "--resume"));
        assertTrue(0 < first && first < second && second < PICTURES, first + " " + second);
        for (String file :
                List.of("result.json", "each.csv", "out/results.json", "out/classes.csv")) {
            assertEquals(
                    -1,
                    Files.mismatch(
                            folder.resolve("whole").resolve(file),
                            folder.resolve("part").resolve(file)),
                    file);
        }
        assertFalse(Files.exists(folder.resolve("part/out.unfinished")));
    }

    /** Kills an evaluation when it has judged some more pictures, and returns what it said. */
    private String killed(String... more) throws Exception {
        Path journal = folder.resolve("part/out.unfinished");
        long from = Files.exists(journal) ? Files.size(journal) : 0;
        Process process = start("part", more);
        while (process.isAlive()
                && (Files.notExists(journal) || Files.size(journal) < from + 5000)) {
            Thread.sleep(1);
        }
        assertTrue(process.isAlive(), log("part"));
        process.destroyForcibly();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "SIGKILL had no effect");
        assertFalse(Files.exists(folder.resolve("part/result.json")));
        return log("part");
    }

    private static int judged(String log) {
        Matcher resumed = Pattern.compile("Resumed after (\\d+) pictures").matcher(log);
        assertTrue(resumed.find(), log);
        return Integer.parseInt(resumed.group(1));
    }

    private String finish(String name, String... more) throws Exception {
        Process process = start(name, more);
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        assertEquals(ExitCode.OK, process.exitValue(), log(name));
        return log(name);
    }

    private String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }

    private Process start(String name, String... more) throws IOException {
        Path to = Files.createDirectories(folder.resolve(name));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "eval",
                                "--device",
                                "cpu",
                                "--weights",
                                weights.toString(),
                                "--data",
                                set.toString(),
                                "--batch-size",
                                "1",
                                "--workers",
                                "1",
                                "--out",
                                to.resolve("out").toString(),
                                "--json",
                                to.resolve("result.json").toString(),
                                "--predictions",
                                to.resolve("each.csv").toString()));
        arguments.addAll(List.of(more));
        return OwnJvm.start(
                folder.resolve(name + ".log"), "-Xmx256m", arguments.toArray(String[]::new));
    }
}
