// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The first command of the README, whole: takes two to three minutes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher needs a POSIX shell")
class FirstTrainingIT {

    private static final Pattern RESULT =
            Pattern.compile("result top1=([01]\\.\\d{4}) checkpoint=(\\S+)");

    @TempDir private Path folder;

    @Test
    void learnsTheSamplePictures() throws Exception {
        Program.Result result = Program.run(folder, "train", "--device", "cpu");
        assertEquals(ExitCode.OK, result.exit(), result.err());
        String last = result.out().lines().reduce((a, b) -> b).orElseThrow();
        Matcher matcher = RESULT.matcher(last);
        assertTrue(matcher.matches(), last);
        double top1 = Double.parseDouble(matcher.group(1));
        assertTrue(top1 >= 0.95, "top-1 is " + top1);
        Path run = folder.resolve(matcher.group(2)).getParent().getParent();
        for (String file :
                new String[] {
                    "config.yaml",
                    "manifest.json",
                    "history.csv",
                    "results.json",
                    "report.html",
                    "plots/training.png"
                }) {
            assertTrue(Files.size(run.resolve(file)) > 0, file);
        }
    }
}
