// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Check values come from running the released networks. */
class WindowGeometryTest {

    @ParameterizedTest
    @CsvSource({"0,0,84", "0,1,83", "1,0,85", "0,7,71", "7,0,97", "0,48,0", "48,0,168"})
    void relativeIndexOfWindowSeven(int query, int key, long expected) {
        assertEquals(expected, RelativePosition.index(7, 7)[query * 49 + key]);
    }

    @Test
    void relativeIndexSumAndRange() {
        long[] index = RelativePosition.index(7, 7);
        assertEquals(201_684, Arrays.stream(index).sum());
        long[] oblong = RelativePosition.index(3, 5);
        assertEquals(0, Arrays.stream(oblong).min().getAsLong());
        assertEquals(RelativePosition.count(3, 5) - 1, Arrays.stream(oblong).max().getAsLong());
    }

    @ParameterizedTest
    @CsvSource({
        "224,7, 7:3 7:3 7:3 7:0",
        "384,12, 12:6 12:6 12:6 12:0",
        "192,6, 6:3 6:3 6:3 6:0",
        "256,8, 8:4 8:4 8:4 8:0",
        "256,16, 16:8 16:8 16:0 8:0",
        "192,12, 12:6 12:6 12:0 6:0",
        "384,24, 24:12 24:12 24:0 12:0",
        "224,14, 14:7 14:7 14:0 7:0"
    })
    void effectiveWindowsOfThePublishedModels(int image, int window, String expected) {
        StringBuilder found = new StringBuilder();
        for (int stage = 0; stage < 4; stage++) {
            int side = image / 4 >> stage;
            WindowPlan plan =
                    WindowPlan.of(new Grid(side, side), window, true, WindowShrink.BOTH_AXES);
            found.append(stage == 0 ? "" : " ");
            found.append(plan.height()).append(':').append(plan.shiftHeight());
        }
        assertEquals(expected, found.toString());
    }

    @Test
    void shrinkingPolicies() {
        Grid oblong = new Grid(5, 20);
        assertEquals(
                new WindowPlan(5, 5, 0, 0), WindowPlan.of(oblong, 7, true, WindowShrink.BOTH_AXES));
        assertEquals(
                new WindowPlan(5, 7, 0, 3), WindowPlan.of(oblong, 7, true, WindowShrink.PER_AXIS));
        WindowPlan kept = WindowPlan.of(oblong, 7, true, WindowShrink.NEVER);
        assertEquals(new WindowPlan(7, 7, 3, 3), kept);
        assertEquals(new WindowPlan(7, 7, 0, 3), kept.on(oblong, ShiftCancel.WHERE_COVERED));
        assertEquals(kept, kept.on(oblong, ShiftCancel.NEVER));
    }

    @Test
    void maskedPairsOfGridFourteen() {
        float[] mask = ShiftMask.cyclic(new Grid(14, 14), new WindowPlan(7, 7, 3, 3));
        int[] perWindow = new int[4];
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != 0) {
                assertEquals(ShiftMask.SUPPRESSED, mask[i]);
                perWindow[i / (49 * 49)]++;
            }
        }
        assertArrayEquals(new int[] {0, 1176, 1176, 1776}, perWindow);
    }

    @Test
    void maskedPairsOfGridFiftySix() {
        float[] mask = ShiftMask.cyclic(new Grid(56, 56), new WindowPlan(7, 7, 3, 3));
        int masked = 0;
        for (float value : mask) {
            masked += value == 0 ? 0 : 1;
        }
        assertEquals(18_240, masked);
    }

    @Test
    void maskIsSymmetric() {
        int tokens = 12;
        float[] mask = ShiftMask.cyclic(new Grid(6, 12), new WindowPlan(3, 4, 1, 2));
        for (int window = 0; window < 6; window++) {
            for (int i = 0; i < tokens; i++) {
                for (int j = 0; j < tokens; j++) {
                    assertEquals(
                            mask[(window * tokens + i) * tokens + j],
                            mask[(window * tokens + j) * tokens + i]);
                }
            }
        }
    }

    @Test
    void maskNeedsATiledGrid() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ShiftMask.cyclic(new Grid(13, 14), new WindowPlan(7, 7, 3, 3)));
        assertTrue(e.getMessage().contains("13x14"), e.getMessage());
    }

    @Test
    void borderAddsAWindowOnShiftedAxes() {
        WindowPlan plan = new WindowPlan(4, 4, 2, 0);
        assertEquals(new Grid(12, 8), ShiftMask.borderedGrid(new Grid(8, 8), plan));
        assertEquals(2, ShiftMask.borderBefore(4, 2));
        assertEquals(0, ShiftMask.borderBefore(4, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "8,8,1,0.3665119",
        "8,8,7,1.0566417",
        "16,12,1,0.2628320",
        "16,12,15,1.1913304",
        "24,12,23,1.3826329",
        "8,6,7,1.2029364"
    })
    void logSpacedCoordinates(int window, int reference, int offset, float expected) {
        float[] table = RelativeCoordinates.logSpaced(window, window, reference, reference);
        int side = 2 * window - 1;
        int centre = window - 1;
        int rowOffset = 2 * ((centre + offset) * side + centre);
        assertEquals(expected, table[rowOffset], 2e-7f);
        assertEquals(0, table[rowOffset + 1]);
        int columnOffset = 2 * (centre * side + centre - offset);
        assertEquals(0, table[columnOffset]);
        assertEquals(-expected, table[columnOffset + 1], 2e-7f);
    }

    @Test
    void coordinatesOfOneTokenAreZero() {
        assertArrayEquals(new float[] {0, 0}, RelativeCoordinates.logSpaced(1, 1, 1, 1));
        assertArrayEquals(new float[] {0, 0}, RelativeCoordinates.linear(1, 1, 1, 1));
    }

    @Test
    void linearCoordinatesReachOneAtTheReference() {
        float[] table = RelativeCoordinates.linear(3, 3, 3, 3);
        assertEquals(-1, table[0]);
        assertEquals(1, table[table.length - 1]);
        assertEquals(-0.5f, table[2 * 5]);
    }

    @Test
    void gridArithmetic() {
        assertEquals(new Grid(14, 21), new Grid(8, 15).paddedTo(7, 7));
        assertEquals(new Grid(4, 8), new Grid(7, 15).merged());
        assertThrows(IllegalArgumentException.class, () -> new Grid(0, 3));
        assertThrows(IllegalArgumentException.class, () -> new WindowPlan(4, 4, 4, 0));
    }
}
