// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks of option values. */
final class OptionChecks {

    private OptionChecks() {}

    /** Makes a number below one a usage error that names the option. */
    static void atLeastOne(CommandSpec spec, String option, int value) {
        if (value < 1) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ", expected at least 1");
        }
    }

    /** Refuses a command line without an option that only some subcommands can do without. */
    static void given(CommandSpec spec, String option, Object value) {
        if (value == null) {
            throw new ParameterException(
                    spec.commandLine(), "Missing required option: '" + option + "'");
        }
    }

    /** Refuses a file that could not be written after all the work; null is none. */
    static void writable(String option, Path file) throws IOException {
        if (file == null) {
            return;
        }
        AtomicFile.requireRegular(file);
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException(
                    option
                            + " "
                            + file
                            + ": expected the name of a file in a folder that exists; name"
                            + " another one.");
        }
    }

    /** Refuses two options that name the same file, of which only the later result would stay. */
    static void different(CommandSpec spec, Map<String, Path> files) {
        Map<Path, String> seen = new HashMap<>();
        files.forEach(
                (option, file) -> {
                    String other =
                            file == null
                                    ? null
                                    : seen.put(file.toAbsolutePath().normalize(), option);
                    if (other != null) {
                        throw new ParameterException(
                                spec.commandLine(),
                                other
                                        + " and "
                                        + option
                                        + " both name "
                                        + file
                                        + "; give each a file of its own");
                    }
                });
    }

    /** Refuses a folder that could not be written to after all the work; null is none. */
    static void folder(String option, Path folder) throws IOException {
        if (folder != null && Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException(
                    option + " " + folder + " is a file, expected a folder; name another one.");
        }
    }

    /** Refuses options that were given where they have no effect. */
    static void refuse(CommandSpec spec, String where, List<String> options) {
        for (String option : options) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        spec.commandLine(), option + " has no effect for " + where);
            }
        }
    }
}
