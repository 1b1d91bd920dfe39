// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds the share of time that a thread spends outside libtorch, by looking at it about a thousand
 * times a second.
 *
 * <p>A look takes the thread's innermost frame. It counts as inside when that frame is a native
 * method of DJL's door to libtorch, and as outside for every other: this project's Java, DJL's, and
 * the wrappers on both sides of the door. A thread inside is not disturbed, since Java can look at
 * it without stopping it. Collections of garbage stop both threads and are not seen.
 */
final class OutsideSampler {

    private static final String ENGINE = "ai.djl.pytorch.";
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(1);

    private final Thread watched;
    private final Thread watcher = new Thread(this::look, "outside-sampler");
    private volatile boolean stopped;
    private long looks;
    private long outside;

    private OutsideSampler(Thread watched) {
        this.watched = watched;
    }

    /** Begins to look at the calling thread. */
    static OutsideSampler start() {
        OutsideSampler sampler = new OutsideSampler(Thread.currentThread());
        sampler.watcher.setDaemon(true);
        sampler.watcher.start();
        return sampler;
    }

    private void look() {
        do {
            LockSupport.parkNanos(PERIOD);
            StackTraceElement[] stack = watched.getStackTrace();
            looks++;
            if (stack.length == 0 || !isEngine(stack[0])) {
                outside++;
            }
        } while (!stopped);
    }

    private static boolean isEngine(StackTraceElement frame) {
        return frame.isNativeMethod() && frame.getClassName().startsWith(ENGINE);
    }

    /**
     * Stops looking.
     *
     * @return the share of looks that found the thread outside, from 0 to 1
     * @throws InterruptedException if the calling thread is interrupted
     */
    double stop() throws InterruptedException {
        stopped = true;
        watcher.join();
        return (double) outside / looks;
    }
}
