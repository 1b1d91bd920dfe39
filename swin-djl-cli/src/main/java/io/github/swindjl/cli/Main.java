// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

/** Entry point of the {@code swin} program. */
public final class Main {

    private Main() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param arguments the command line, without the program's name
     */
    public static void main(String[] arguments) {
        System.exit(Swin.run(Console.ofProcess(), arguments));
    }
}
