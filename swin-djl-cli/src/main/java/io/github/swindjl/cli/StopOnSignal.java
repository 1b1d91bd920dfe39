// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Between its creation and its closing, a Ctrl-C (or a plain kill) does not end the program at
 * once: an action asks the work to stop, and the program ends when this is closed.
 */
final class StopOnSignal implements AutoCloseable {

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    /**
     * Begins to listen.
     *
     * @param stop asks the work to stop; runs on another thread
     */
    StopOnSignal(Runnable stop) {
        hook = new Thread(() -> stopAndWait(stop), "swin-stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stopAndWait(Runnable stop) {
        stop.run();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending already, and this was what it waited for.
            return;
        }
    }
}
