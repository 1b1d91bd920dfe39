// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

/** Shows how much of a file has come. */
final class DownloadProgress implements ai.djl.util.Progress {

    private static final int MEGABYTE = 1_000_000;

    private final Swin swin;
    private Progress display;
    private long total;
    private long done;

    DownloadProgress(Swin swin) {
        this.swin = swin;
    }

    @Override
    public void reset(String message, long max, String trailingMessage) {
        if (display != null && max == total) {
            return; // another attempt at the same file
        }
        end();
        total = max;
        display = Progress.of(swin, message + ", MB", (max + MEGABYTE - 1) / MEGABYTE);
    }

    @Override
    public void start(long initialProgress) {
        update(initialProgress);
    }

    @Override
    public void increment(long increment) {
        update(done + increment);
    }

    @Override
    public void update(long progress, String message) {
        done = progress;
        if (display != null) {
            display.show((done + MEGABYTE - 1) / MEGABYTE, "");
        }
    }

    @Override
    public void end() {
        if (display != null) {
            display.close();
            display = null;
        }
    }
}
