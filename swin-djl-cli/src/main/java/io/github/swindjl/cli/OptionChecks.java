// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

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
}
