// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TableResizeTest {

    private static final int HEADS = 3;

    @ParameterizedTest
    @CsvSource({"7, 12", "7, 8", "12, 7", "8, 16", "3, 5", "12, 24"})
    void agreesWithTheLibraries(int from, int to) throws IOException {
        String key = "." + from + "." + to;
        try (StateSource tables = DialectCase.open("tables");
                StateSource geometric = DialectCase.open("geometric")) {
            float[] before = tables.readFloats("bicubic" + key + ".before");
            assertArrayEquals(
                    tables.readFloats("bicubic" + key + ".after"),
                    resize(TableResize.BICUBIC, before, from, to),
                    1e-6f);
            // timm computes the positions in float32.
            assertArrayEquals(
                    tables.readFloats("timm" + key + ".after"),
                    resize(TableResize.TIMM, before, from, to),
                    2e-5f);
            assertArrayEquals(
                    geometric.readFloats("simmim" + key + ".after"),
                    resize(TableResize.SIMMIM, before, from, to),
                    1e-5f);
        }
    }

    private static float[] resize(TableResize rule, float[] table, int from, int to) {
        double[][] weights = rule.weights(2 * from - 1, 2 * to - 1);
        return TableResize.resample(table, weights, weights, HEADS);
    }

    @ParameterizedTest
    @EnumSource
    void weightsOfEveryValueAddUpToOne(TableResize rule) {
        for (double[] row : rule.weights(13, 23)) {
            assertEquals(1, Arrays.stream(row).sum(), 1e-6);
        }
    }

    @Test
    void rowsAndColumnsMayDiffer() {
        float[] values = new float[5 * 7 * 2];
        for (int i = 0; i < values.length; i++) {
            // A plane.
            values[i] = i / 2 / 7 + 10 * (i / 2 % 7) + i % 2 * 100;
        }
        double[][] rows = TableResize.BICUBIC.weights(5, 5);
        double[][] columns = TableResize.BICUBIC.weights(7, 7 * 3);
        float[] wide = TableResize.resample(values, rows, columns, 2);
        assertEquals(5 * 21 * 2, wide.length);
        // Column 10 of 21 lies at column 3 of the former ones.
        assertEquals(2 + 30, wide[(2 * 21 + 10) * 2], 1e-4);
        assertEquals(2 + 30 + 100, wide[(2 * 21 + 10) * 2 + 1], 1e-4);
        assertEquals(4 + 30, wide[(4 * 21 + 10) * 2], 1e-4);
    }

    @Test
    void splineReproducesCubics() {
        double[] positions = {-4, -2.5, -1, 0, 1, 2.5, 4};
        CubicSpline spline = new CubicSpline(positions);
        for (double place = -4; place <= 4; place += 0.125) {
            double sum = 0;
            double[] weights = spline.weights(place);
            for (int i = 0; i < positions.length; i++) {
                sum += weights[i] * cubic(positions[i]);
            }
            assertEquals(cubic(place), sum, 1e-10);
        }
    }

    private static double cubic(double x) {
        return 0.3 * x * x * x - x * x + 2 * x - 5;
    }

    @Test
    void geometricResizeNeedsAWindow() {
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> TableResize.TIMM.weights(3, 13));
        assertTrue(failure.getMessage().contains("at least 3"), failure.getMessage());
    }
}
