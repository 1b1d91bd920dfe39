// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A state dictionary that cannot be read or written; the message names the file and, where there is
 * one, the tensor and the offset.
 */
public final class StateException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception for a file.
     *
     * @param file the file
     * @param problem what was found, what was expected and what to do
     */
    public StateException(Path file, String problem) {
        this(file, problem, null);
    }

    /**
     * Creates an exception for a file with the failure behind it.
     *
     * @param file the file
     * @param problem what was found, what was expected and what to do
     * @param cause the failure, or null
     */
    public StateException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
