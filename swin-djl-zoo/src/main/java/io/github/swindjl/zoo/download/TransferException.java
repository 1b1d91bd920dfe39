// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import java.io.IOException;
import java.time.Duration;

/** An attempt that failed. */
final class TransferException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean worthRetrying;
    private final transient Duration delay;

    private TransferException(
            String problem, boolean worthRetrying, Duration delay, Throwable cause) {
        super(problem, cause);
        this.worthRetrying = worthRetrying;
        this.delay = delay;
    }

    /** A failure that another attempt would meet again. */
    static TransferException lasting(String problem) {
        return new TransferException(problem, false, null, null);
    }

    /** A failure that may be gone at the next attempt. */
    static TransferException passing(String problem) {
        return new TransferException(problem, true, null, null);
    }

    /** A failure that may be gone at the next attempt. */
    static TransferException passing(String problem, Throwable cause) {
        return new TransferException(problem, true, null, cause);
    }

    /** A failure that the server expects to be gone after a while, null if it does not say. */
    static TransferException passing(String problem, Duration delay) {
        return new TransferException(problem, true, delay, null);
    }

    boolean worthRetrying() {
        return worthRetrying;
    }

    /** How long the server asks to wait, or null. */
    Duration askedDelay() {
        return delay;
    }
}
