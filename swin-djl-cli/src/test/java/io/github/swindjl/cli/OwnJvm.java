// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program in a process of its own, with the classes of the tests. */
final class OwnJvm {

    private OwnJvm() {}

    /**
     * Starts the program and leaves it running.
     *
     * @param log where all it says goes
     * @param heap option that bounds Java's memory, such as {@code -Xmx256m}
     */
    static Process start(Path log, String heap, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                heap,
                                "-XX:+UseParallelGC",
                                "-Djava.awt.headless=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        // The machine may be busy with other tests; threads that spin would be in their way.
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        return builder.start();
    }
}
