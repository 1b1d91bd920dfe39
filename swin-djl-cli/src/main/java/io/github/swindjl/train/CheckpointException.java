// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint that cannot be written, or is damaged; the message names the file. */
public final class CheckpointException extends IOException {

    private static final long serialVersionUID = 1L;

    CheckpointException(Path path, String problem, Throwable cause) {
        super(path + ": " + problem, cause);
    }

    CheckpointException(Path path, String problem) {
        this(path, problem, null);
    }
}
