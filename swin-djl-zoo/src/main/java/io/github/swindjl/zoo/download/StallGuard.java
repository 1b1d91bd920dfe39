// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Closes a stream from which nothing has come for too long, so that whoever reads it wakes up. */
final class StallGuard implements AutoCloseable {

    private final InputStream stream;
    private final long patience;
    private final Thread thread;
    private volatile long lastArrival = System.nanoTime();
    private volatile boolean finished;
    private volatile boolean stalled;

    StallGuard(InputStream stream, Duration patience) {
        this.stream = stream;
        this.patience = patience.toNanos();
        thread = new Thread(this::watch, "swin-download-guard");
        thread.setDaemon(true);
        thread.start();
    }

    /** Says that bytes have come. */
    void arrived() {
        lastArrival = System.nanoTime();
    }

    /** Tells whether the stream was closed for want of bytes. */
    boolean stalled() {
        return stalled;
    }

    private void watch() {
        while (!finished) {
            long left = lastArrival + patience - System.nanoTime();
            if (left <= 0) {
                stalled = true;
                closeStream();
                return;
            }
            LockSupport.parkNanos(left);
        }
    }

    private void closeStream() {
        try {
            stream.close();
        } catch (IOException e) {
            // The reader gets an exception of its own; this one adds nothing.
            return;
        }
    }

    @Override
    public void close() {
        finished = true;
        LockSupport.unpark(thread);
    }
}
