// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

/** Training that cannot go on; the message says why and what may help. */
public final class TrainingException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    TrainingException(String message) {
        super(message);
    }
}
