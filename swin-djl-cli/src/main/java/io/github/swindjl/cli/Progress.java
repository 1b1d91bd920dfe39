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

    /** Columns that the moving line takes at most. */
    private static final int WIDTH = 120;

    private static final Duration BEFORE_LINES = Duration.ofSeconds(2);

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

    /**
     * Writes a line that stays.
     *
     * @param text the line
     */
    abstract void line(String text);

    @Override
    public abstract void close();

    private static final class Silent extends Progress {
        @Override
        void show(long done, String note) {
            // Quiet was asked for.
        }

        @Override
        void line(String text) {
            // Quiet was asked for.
        }

        @Override
        public void close() {
            // Nothing was shown.
        }
    }

    private static final class Bar extends Progress {
        private final Console console;
        private final int width;
        private final ProgressBar bar;

        Bar(Console console, String title, long total) {
            this.console = console;
            width = Math.min(WIDTH, console.columns()) - 1;
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(title)
                            .setInitialMax(total)
                            .setStyle(ProgressBarStyle.ASCII)
                            .setUpdateIntervalMillis(250)
                            .setMaxRenderedLength(width)
                            .hideEta()
                            .setConsumer(
                                    new DelegatingProgressBarConsumer(
                                            text -> {
                                                console.err().print('\r' + text);
                                                console.err().flush();
                                            },
                                            width))
                            .build();
        }

        @Override
        void show(long done, String note) {
            bar.setExtraMessage(' ' + note);
            bar.stepTo(done);
        }

        @Override
        void line(String text) {
            console.err().print('\r' + " ".repeat(width) + '\r' + text + System.lineSeparator());
            bar.refresh();
        }

        @Override
        public void close() {
            bar.close();
            console.err().println();
        }
    }

    /** Writes the last state, and before it, of a task that takes long, one every few seconds. */
    static final class Lines extends Progress {
        private final Console console;
        private final String title;
        private final long total;
        private final LongSupplier nanos;
        private final long begin;
        private long dueAt;
        private long shown = -1;

        Lines(Console console, String title, long total, LongSupplier nanos) {
            this.console = console;
            this.title = title;
            this.total = total;
            this.nanos = nanos;
            begin = nanos.getAsLong();
            dueAt = begin + BEFORE_LINES.toNanos();
        }

        @Override
        void show(long done, String note) {
            long now = nanos.getAsLong();
            boolean last = done >= total && done != shown;
            if (!last && now - dueAt < 0) {
                return;
            }
            shown = done;
            dueAt = now + BETWEEN_LINES.toNanos();
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
        void line(String text) {
            console.err().println(text);
        }

        @Override
        public void close() {
            console.err().flush();
        }
    }
}
