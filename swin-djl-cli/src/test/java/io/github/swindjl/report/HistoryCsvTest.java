// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryCsvTest {

    private static final String HEADING =
            "epoch,step,train_loss,lr,val_loss,val_top1,val_top5,images_per_second,data_wait,"
                    + "seconds\n";

    @TempDir private Path dir;

    @Test
    void rowsAreReadExactly() throws IOException {
        List<HistoryRow> rows =
                read(
                        HEADING
                                + "1,50,2.25,5.0E-4,,,,210.5,0.02,12\n2,100,1e-3,0,0.5,0.75,1.0,1,0,3");
        assertEquals(
                List.of(
                        new HistoryRow(
                                1,
                                50,
                                2.25,
                                5e-4,
                                Double.NaN,
                                Double.NaN,
                                Double.NaN,
                                210.5,
                                0.02,
                                12),
                        new HistoryRow(2, 100, 1e-3, 0, 0.5, 0.75, 1, 1, 0, 3)),
                rows);
        assertEquals(List.of(), read(HEADING));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,50,x,0,0,0,0,0,0,0|line 2, column train_loss is 'x'",
                "1.5,50,0,0,0,0,0,0,0,0|column epoch is '1.5', expected a whole number",
                "1,50,0|line 2 has 3 cells, expected 10",
                "1,50,\"0,0,0|damaged",
            })
    void aDamagedRowIsRefused(String row, String message) {
        IOException e = assertThrows(IOException.class, () -> read(HEADING + row));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().contains("history.csv"), e.getMessage());
    }

    @Test
    void anotherFileIsRefused() {
        IOException e = assertThrows(IOException.class, () -> read("a,b\n1,2\n"));
        assertTrue(e.getMessage().contains("columns are [a, b], expected [epoch"), e.getMessage());
        assertThrows(IOException.class, () -> read(""));
        assertThrows(NoSuchFileException.class, () -> HistoryCsv.read(dir.resolve("none")));
    }

    private List<HistoryRow> read(String csv) throws IOException {
        Path file = dir.resolve("history.csv");
        Files.writeString(file, csv);
        return HistoryCsv.read(file);
    }
}
