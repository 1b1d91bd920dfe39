// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks of option values. */
final class Ranges {

    private Ranges() {}

    /** Makes a number below one a usage error that names the option. */
    static void atLeastOne(CommandSpec spec, String option, int value) {
        if (value < 1) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ", expected at least 1");
        }
    }
}
