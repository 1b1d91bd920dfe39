// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.io.IOException;

/**
 * A data set or a picture in it cannot be used as it is. The message names the path, what was found
 * there, what was expected, and what to do.
 */
public final class DataException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what was found, what was expected, where, and what to do
     */
    public DataException(String message) {
        super(message);
    }

    /**
     * Creates an exception with the failure that led to it.
     *
     * @param message what was found, what was expected, where, and what to do
     * @param cause the original failure
     */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
