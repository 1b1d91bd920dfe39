// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private long seconds;

    @Test
    void linesComeAtTheBeginningNowAndThenAndAtTheEnd() {
        TestConsole console = new TestConsole();
        try (Progress progress =
                new Progress.Lines(
                        console.console(), "train", 100, () -> TimeUnit.SECONDS.toNanos(seconds))) {
            for (int step = 1; step <= 100; step++) {
                seconds = step / 4;
                progress.show(step, "loss " + step);
            }
        }
        assertEquals(
                List.of(
                        "train 1/100, 0 s, loss 1",
                        "train 40/100, 10 s, loss 40",
                        "train 80/100, 20 s, loss 80",
                        "train 100/100, 25 s, loss 100"),
                console.err().lines().toList());
        assertEquals("", console.out());
    }
}
