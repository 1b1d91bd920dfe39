// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.swindjl.Goldens;
import io.github.swindjl.TestData;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskGeneratorTest {

    /** Counts are exact; frequencies are those of as many draws as the reference made. */
    @Test
    void hidesAsManyCellsAsTheOfficialGeneratorAndAllAlike() throws IOException {
        JsonObject golden = Goldens.json(TestData.file("goldens/simmim/masks.json"));
        int draws = golden.get("draws").getAsInt();
        for (JsonElement element : golden.getAsJsonArray("masks")) {
            JsonObject json = element.getAsJsonObject();
            MaskGenerator masks =
                    new MaskGenerator(
                            json.get("image").getAsInt(),
                            json.get("cell").getAsInt(),
                            json.get("patch").getAsInt(),
                            json.get("ratio").getAsDouble());
            assertEquals(json.get("patches").getAsInt(), masks.patches());
            int perCell = masks.cell() / masks.patch();
            int cells = masks.patches() / perCell;
            long[] often = new long[cells * cells];
            long neighbours = 0;
            for (int i = 0; i < draws; i++) {
                float[] mask = masks.draw(3, i);
                float hidden = 0;
                for (int p = 0; p < mask.length; p++) {
                    int row = p / masks.patches() / perCell * perCell;
                    int column = p % masks.patches() / perCell * perCell;
                    assertEquals(mask[row * masks.patches() + column], mask[p], "whole cells");
                    hidden += mask[p];
                }
                assertEquals(json.get("hiddenPatches").getAsInt(), hidden);
                for (int c = 0; c < often.length; c++) {
                    boolean here = cell(masks, mask, c / cells, c % cells);
                    often[c] += here ? 1 : 0;
                    neighbours +=
                            here && c % cells > 0 && cell(masks, mask, c / cells, c % cells - 1)
                                    ? 1
                                    : 0;
                }
            }
            // Five deviations of a frequency in so many draws, of the mean of dependent pairs less.
            double slack = 5 * Math.sqrt(0.25 / draws);
            double least = Arrays.stream(often).min().getAsLong() / (double) draws;
            double most = Arrays.stream(often).max().getAsLong() / (double) draws;
            assertEquals(json.get("leastOftenHidden").getAsDouble(), least, slack);
            assertEquals(json.get("mostOftenHidden").getAsDouble(), most, slack);
            assertEquals(
                    json.get("neighboursHidden").getAsDouble(),
                    neighbours / ((double) draws * cells * (cells - 1)),
                    0.012);
        }
    }

    private static boolean cell(MaskGenerator masks, float[] mask, int row, int column) {
        int perCell = masks.cell() / masks.patch();
        return mask[row * perCell * masks.patches() + column * perCell] == 1;
    }

    @Test
    void dependsOnSeedAndIndexOnly() {
        MaskGenerator masks = new MaskGenerator(48, 8, 4, 0.6);
        assertArrayEquals(masks.draw(1, 2), new MaskGenerator(48, 8, 4, 0.6).draw(1, 2));
        assertFalse(Arrays.equals(masks.draw(1, 2), masks.draw(1, 3)));
        assertFalse(Arrays.equals(masks.draw(1, 2), masks.draw(2, 2)));
        assertEquals(22, masks.hiddenCells());
        assertEquals(36, new MaskGenerator(48, 8, 4, 1).hiddenCells());
    }

    @ParameterizedTest
    @CsvSource({"48, 7, 4, 0.6", "48, 32, 4, 0.6", "48, 2, 4, 0.6", "8, 16, 4, 0.6"})
    void refusesWhatDoesNotDivide(int side, int cell, int patch, double ratio) {
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new MaskGenerator(side, cell, patch, ratio))
                        .getMessage();
        assertTrue(message.contains("cells of " + cell) && message.contains("" + side), message);
    }

    @ParameterizedTest
    @CsvSource({"0", "1.01", "NaN"})
    void refusesOtherShares(double ratio) {
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new MaskGenerator(48, 8, 4, ratio))
                        .getMessage();
        assertTrue(message.contains("above 0 and at most 1"), message);
    }
}
