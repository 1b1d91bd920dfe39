// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private long seconds;

    @Test
    void linesComeNowAndThenAndAtTheEnd() {
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
                        "train 8/100, 2 s, loss 8",
                        "train 48/100, 12 s, loss 48",
                        "train 88/100, 22 s, loss 88",
                        "train 100/100, 25 s, loss 100"),
                console.err().lines().toList());
        assertEquals("", console.out());
    }
}
