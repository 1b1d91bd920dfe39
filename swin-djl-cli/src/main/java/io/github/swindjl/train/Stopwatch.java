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

    /** Samples per second, and the share of time spent waiting for data. */
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

    /** Figures since the last report. */
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

    /** Figures of all that was reported. */
    Rates total() {
        double nanos = Math.max(1, reported - started);
        return new Rates(reportedImages / nanos * 1e9, Math.min(1, reportedWait / nanos));
    }

    Duration forUpdates(long remaining) {
        return Duration.ofNanos((long) ((double) (reported - started) / updates * remaining));
    }

    double secondsUntil(long now) {
        return (now - started) / 1e9;
    }
}
