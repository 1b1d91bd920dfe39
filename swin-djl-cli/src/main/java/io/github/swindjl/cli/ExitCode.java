// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

/** What the process tells its caller when it ends. Scripts rely on these numbers. */
final class ExitCode {

    /** Done. */
    static final int OK = 0;

    /** Everything unforeseen. */
    static final int UNFORESEEN = 1;

    /** The command line is wrong: an unknown name, or a value out of range. */
    static final int USAGE = 2;

    /** Data, weights or a configuration file cannot be used. */
    static final int BAD_INPUT = 3;

    /** The machine lacks something: a native library, a device, memory. */
    static final int ENVIRONMENT = 4;

    /** Ctrl-C came or the time was up, and the work done so far was saved. */
    static final int STOPPED = 130;

    /** What Java ends with after a plain kill. */
    static final int TERMINATED = 143;

    private ExitCode() {}
}
