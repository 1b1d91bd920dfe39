// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

/** How a command prints its result. */
enum TableFormat {
    /** For people. */
    TABLE,
    /** For programs: one document and nothing else. */
    JSON
}
