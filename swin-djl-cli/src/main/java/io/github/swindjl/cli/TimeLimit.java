// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Calls an action once after a time, unless it is closed before. */
final class TimeLimit implements AutoCloseable {

    private final Timer timer = new Timer("swin-time-limit", true);

    /** Begins to wait; the action runs on another thread. */
    TimeLimit(Duration limit, Runnable action) {
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        action.run();
                    }
                },
                limit.toMillis());
    }

    @Override
    public void close() {
        timer.cancel();
    }

    /** Reads times such as {@code 90s}, {@code 45m} and {@code 1h30m}. */
    static final class Converter implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            try {
                Duration limit = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
                if (!limit.isNegative() && !limit.isZero()) {
                    return limit;
                }
            } catch (DateTimeParseException e) {
                // told below, as for times that are not above 0
            }
            throw new TypeConversionException(
                    "found '" + text + "', expected a time such as 90s, 45m or 1h30m");
        }
    }
}
