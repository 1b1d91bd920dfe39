// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far a long task is: a moving bar where a person watches, now and then a plain line
 * where the output goes to a file, nothing where quiet was asked for. Used by one thread.
 */
abstract sealed class Progress implements AutoCloseable {

    /** Columns of the moving line; terminals are at least this wide. */
    private static final int WIDTH = 100;

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    /**
     * Begins to show a task.
     *
     * @param swin says where and whether to show it
     * @param title what is done, a few letters
     * @param total how many steps it has
     * @return the display; close it when the task ends
     */
    static Progress of(Swin swin, String title, long total) {
        if (swin.quiet()) {
            return new Silent();
        }
        Console console = swin.console();
        return console.errIsTerminal()
                ? new Bar(console, title, total)
                : new Lines(console, title, total, System::nanoTime);
    }

    /**
     * Shows a new state.
     *
     * @param done steps done so far
     * @param note what else is worth knowing now, such as the loss
     */
    abstract void show(long done, String note);

    @Override
    public abstract void close();

    private static final class Silent extends Progress {
        @Override
        void show(long done, String note) {
            // Quiet was asked for.
        }

        @Override
        public void close() {
            // Nothing was shown.
        }
    }

    private static final class Bar extends Progress {
        private final ProgressBar bar;

        Bar(Console console, String title, long total) {
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(title)
                            .setInitialMax(total)
                            .setStyle(ProgressBarStyle.ASCII)
                            .setUpdateIntervalMillis(250)
                            .setMaxRenderedLength(WIDTH)
                            .setConsumer(
                                    new DelegatingProgressBarConsumer(
                                            text -> {
                                                console.err().print('\r' + text);
                                                console.err().flush();
                                            },
                                            WIDTH))
                            .build();
        }

        @Override
        void show(long done, String note) {
            bar.setExtraMessage(' ' + note);
            bar.stepTo(done);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** Writes the first and the last state, and between them one every few seconds. */
    static final class Lines extends Progress {
        private final Console console;
        private final String title;
        private final long total;
        private final LongSupplier nanos;
        private final long begin;
        private long shownAt;
        private boolean shown;

        Lines(Console console, String title, long total, LongSupplier nanos) {
            this.console = console;
            this.title = title;
            this.total = total;
            this.nanos = nanos;
            this.begin = nanos.getAsLong();
        }

        @Override
        void show(long done, String note) {
            long now = nanos.getAsLong();
            if (shown && done < total && now - shownAt < BETWEEN_LINES.toNanos()) {
                return;
            }
            shown = true;
            shownAt = now;
            console.err()
                    .printf(
                            Locale.ROOT,
                            "%s %d/%d, %d s%s%n",
                            title,
                            done,
                            total,
                            Duration.ofNanos(now - begin).toSeconds(),
                            note.isEmpty() ? "" : ", " + note);
        }

        @Override
        public void close() {
            console.err().flush();
        }
    }
}
