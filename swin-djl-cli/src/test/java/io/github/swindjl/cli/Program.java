// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts the built program through its launcher, as a user does. */
final class Program {

    private Program() {}

    /** What one run of the program left behind. */
    record Result(int exit, String out, String err) {}

    /** Runs the program to its end in a folder, with what Maven built last. */
    static Result run(Path folder, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("swin", ".out");
        Path err = Files.createTempFile("swin", ".err");
        try {
            Process process = start(folder, out, err, arguments);
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("swin hangs: " + Files.readString(err));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Starts the program and leaves it running. */
    static Process start(Path folder, Path out, Path err, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        // The build that runs this test wrote the program; the launcher must not start another.
        builder.environment().put("SWIN_BUILD", "never");
        return builder.start();
    }

    /** Finds scripts/swin of this checkout. */
    static Path launcher() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("scripts/swin"))) {
            folder = folder.getParent();
        }
        return folder.resolve("scripts/swin");
    }
}
