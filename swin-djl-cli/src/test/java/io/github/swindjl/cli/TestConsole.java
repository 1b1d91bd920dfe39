// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs commands in this process and keeps what they write. */
final class TestConsole {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Console console;

    /** Makes a console that is no terminal. */
    TestConsole() {
        this(false);
    }

    TestConsole(boolean terminal) {
        console = new Console(new PrintWriter(out), new PrintWriter(err), terminal, terminal, 100);
    }

    int run(String... arguments) {
        return Swin.run(console, arguments);
    }

    Console console() {
        return console;
    }

    String out() {
        console.out().flush();
        return out.toString();
    }

    String err() {
        console.err().flush();
        return err.toString();
    }
}
