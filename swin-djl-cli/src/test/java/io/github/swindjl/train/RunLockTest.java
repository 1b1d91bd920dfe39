// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {

    @TempDir private Path folder;

    private RunDirectory run;

    @BeforeEach
    void create() throws IOException {
        run = RunDirectory.create(folder.resolve("run"), TrainConfig.defaults(), Map.of());
    }

    /** Another process that trains in a run. */
    public static final class Holder {

        private Holder() {}

        /** Takes the lock, says so, and keeps it until it is killed. */
        public static void main(String... arguments) throws Exception {
            try (RunLock lock = RunDirectory.open(Path.of(arguments[0])).lock()) {
                System.out.println("has it");
                Thread.sleep(TimeUnit.MINUTES.toMillis(5));
            }
        }
    }

    private Process holder() throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                run.path().toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertEquals("has it", process.inputReader().readLine());
        return process;
    }

    private String refusal() {
        return assertThrows(IOException.class, run::lock).getMessage();
    }

    @Test
    void anotherProcessKeepsItUntilItIsKilled() throws Exception {
        Process process = holder();
        try {
            String message = refusal();
            assertTrue(message.contains(run.path().toString()), message);
            assertTrue(message.contains("process " + process.pid() + " is training"), message);
        } finally {
            process.destroyForcibly();
        }
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "SIGKILL had no effect");
        run.lock().close();
    }

    @Test
    void whatALinkLeadsToStays() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "mine");
        Files.createSymbolicLink(run.path().resolve(".lock"), victim);
        assertTrue(refusal().contains("remove it"));
        assertEquals("mine", Files.readString(victim));
    }

    @Test
    void oneProcessHasItOnce() throws IOException {
        try (RunLock lock = run.lock()) {
            assertTrue(refusal().contains("this process is training"));
            assertEquals(
                    List.of(Long.toString(ProcessHandle.current().pid())),
                    Files.readAllLines(run.path().resolve(".lock")));
        }
        run.lock().close();
    }
}
