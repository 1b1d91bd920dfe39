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
 * @param columns width of the terminal in characters
 */
record Console(
        PrintWriter out,
        PrintWriter err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        int columns) {

    private static final int USUAL_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 20;

    /**
     * Returns the streams of this process. Java cannot ask whether one of them is a terminal, so
     * the launcher says so in system properties.
     */
    static Console ofProcess() {
        boolean colourless = System.getenv("NO_COLOR") != null || isDumb(System.getenv("TERM"));
        return new Console(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Boolean.getBoolean("swin.terminal.out") && !colourless,
                Boolean.getBoolean("swin.terminal.err") && !colourless,
                Math.max(
                        LEAST_COLUMNS, Integer.getInteger("swin.terminal.columns", USUAL_COLUMNS)));
    }

    private static boolean isDumb(String terminal) {
        return "dumb".equals(terminal);
    }
}
