// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static io.github.swindjl.eval.ClassificationMetricsTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.swindjl.data.ClassMatch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutputSubsetTest {

    @Test
    void columnsAreChosenInTheDatasOrder() {
        assertArrayEquals(new long[] {3, 1}, OutputSubset.of(3, 1).among(4).orElseThrow());
        assertEquals(Optional.empty(), OutputSubset.ALL.among(4));
    }

    @Test
    void aMatchOfAllInTheirOrderCutsNothing() throws IOException {
        List<String> network = List.of("a", "b", "c");
        assertSame(OutputSubset.ALL, OutputSubset.of(ClassMatch.of("set", network, network)));
        ClassMatch some = ClassMatch.of("set", List.of("c", "a"), network);
        assertArrayEquals(new long[] {2, 0}, OutputSubset.of(some).among(3).orElseThrow());
    }

    @Test
    void whatCannotBeChosenIsRefused() {
        assertMessage("at least one", () -> OutputSubset.of());
        assertMessage("Output 2 is chosen twice", () -> OutputSubset.of(2, 1, 2));
        assertMessage("Output -1 does not exist", () -> OutputSubset.of(-1));
        assertMessage(
                "Output 4 was chosen, but the network has 4", () -> OutputSubset.of(4).among(4));
    }

    @Test
    void ofSeveralRightClassesTheFirstRankedCounts() {
        float[] logits = {9, 1, 4, 3, 4};
        assertEquals(Outcome.of(logits, 0, 5, 2), Outcome.ofAny(logits, 0, 5, 3, 4, 2));
        assertEquals(1, Outcome.ofAny(logits, 0, 5, 3, 4, 2).rank());
        assertEquals(Outcome.of(logits, 0, 5, 0), Outcome.ofAny(logits, 0, 5, 1, 0));
        assertEquals(Outcome.of(logits, 0, 5, 3), Outcome.ofAny(logits, 0, 5, 3));
        assertMessage("at least one class", () -> Outcome.ofAny(logits, 0, 5));
    }
}
