// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import java.time.Duration;

/** How fast an epoch goes: rates since the last report, and over what was timed so far. */
final class Stopwatch {

    private final long started;
    private long reported;
    private long reportedWait;
    private long images;
    private long reportedImages;
    private long updates;

    /** Figures since the last report. */
    record Rates(double imagesPerSecond, double dataWait) {}

    Stopwatch(long now) {
        started = now;
        reported = now;
    }

    /** Counts an update and the samples it used. */
    void count(long samples) {
        images += samples;
        updates++;
    }

    Rates report(long now, long waitNanos) {
        double nanos = Math.max(1, now - reported);
        Rates rates =
                new Rates(
                        (images - reportedImages) / nanos * 1e9,
                        Math.min(1, (waitNanos - reportedWait) / nanos));
        reported = now;
        reportedWait = waitNanos;
        reportedImages = images;
        return rates;
    }

    double imagesPerSecond() {
        return images * 1e9 / Math.max(1, reported - started);
    }

    Duration forUpdates(long remaining) {
        return Duration.ofNanos((long) ((double) (reported - started) / updates * remaining));
    }
}
