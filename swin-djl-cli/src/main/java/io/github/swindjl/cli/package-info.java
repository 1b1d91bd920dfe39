// SPDX-License-Identifier: Apache-2.0

/**
 * The command line: a thin skin of picocli commands over the other packages. Results go to standard
 * output, everything else to standard error; {@link io.github.swindjl.cli.ExitCode} lists what a
 * command may end with.
 */
package io.github.swindjl.cli;
