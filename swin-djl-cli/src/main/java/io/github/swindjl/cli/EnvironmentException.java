// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

/** Tells that this machine lacks what was asked for; the message says what and how to get it. */
final class EnvironmentException extends RuntimeException {

    EnvironmentException(String message) {
        super(message);
    }

    EnvironmentException(String message, Throwable cause) {
        super(message, cause);
    }
}
