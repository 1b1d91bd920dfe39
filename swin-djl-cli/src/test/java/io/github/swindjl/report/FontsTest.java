// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FontsTest {

    @TempDir private Path dir;

    @Test
    void thisMachineCanDrawText() {
        assertEquals(Optional.empty(), Fonts.problem());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutFontsTheMessageSaysWhatToDo() throws IOException, InterruptedException {
        Path none = dir.resolve("fonts.conf");
        Files.writeString(none, "<?xml version=\"1.0\"?><fontconfig></fontconfig>");
        ProcessBuilder java =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.awt.headless=true",
                        "-Duser.home=" + dir,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Draws.class.getName());
        java.environment().put("FONTCONFIG_FILE", none.toString());
        java.redirectErrorStream(true);
        Process process = java.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertTrue(output.contains("IllegalStateException: Plots cannot be drawn"), output);
        assertTrue(output.contains("fonts-dejavu-core"), output);
    }

    /** Draws in a process of its own. */
    static final class Draws {

        private Draws() {}

        public static void main(String[] arguments) {
            AnnotatedPicture.draw(Results.plain(9, 9, 9), List.of(new Prediction("label", 0.5)));
        }
    }
}
