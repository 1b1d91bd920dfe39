// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes, so that a test can take the place of the terminal.
 *
 * @param out takes results
 * @param err takes everything else: progress, notes, errors
 * @param outIsTerminal whether a person watches {@code out}, which allows colour
 * @param errIsTerminal whether a person watches {@code err}, which allows colour and moving lines
 */
record Console(PrintWriter out, PrintWriter err, boolean outIsTerminal, boolean errIsTerminal) {

    /**
     * Returns the streams of this process. Java cannot ask whether one of them is a terminal, so
     * the launcher says so in two system properties.
     */
    static Console ofProcess() {
        boolean colourless = System.getenv("NO_COLOR") != null || isDumb(System.getenv("TERM"));
        return new Console(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Boolean.getBoolean("swin.terminal.out") && !colourless,
                Boolean.getBoolean("swin.terminal.err") && !colourless);
    }

    private static boolean isDumb(String terminal) {
        return "dumb".equals(terminal);
    }
}
