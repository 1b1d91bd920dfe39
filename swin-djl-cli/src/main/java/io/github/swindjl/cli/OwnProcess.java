// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program as another process, with the same Java, options and classes. */
final class OwnProcess {

    private OwnProcess() {}

    /**
     * Starts a command.
     *
     * @param out the file that its standard output goes to
     * @param arguments the command line, without the program's name
     */
    static Process start(Path out, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectOutput(out.toFile()).start();
    }

    /**
     * Hands on what a process writes to standard error, as it comes, until it closes the stream.
     *
     * @param to where to
     * @return the last line that is not blank
     */
    static String handOn(Process process, PrintWriter to) throws IOException {
        StringBuilder line = new StringBuilder();
        String last = "";
        try (Reader reader =
                new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)) {
            char[] part = new char[1024];
            for (int count = reader.read(part); count >= 0; count = reader.read(part)) {
                to.write(part, 0, count);
                to.flush();
                for (int i = 0; i < count; i++) {
                    if (part[i] == '\n' || part[i] == '\r') {
                        last = line.isEmpty() ? last : line.toString();
                        line.setLength(0);
                    } else {
                        line.append(part[i]);
                    }
                }
            }
        }
        return line.isEmpty() ? last : line.toString();
    }
}
