// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

class TextTableTest {

    private static TextTable table() {
        return new TextTable(
                        Column.text("class", "class"),
                        Column.count("pictures", "support"),
                        Column.percent("recall", "recall"),
                        Column.decimal("loss", "loss", 3))
                .row("ant", 12, 1.0, 0.12345)
                .row("a \"b\", c\nd", 7L, 2.0 / 3, 12.0f)
                .row("über", 0, Double.NaN, null);
    }

    @Test
    void markdownKeepsItsColumns() {
        TextTable table = new TextTable(Column.text("name", "name"), Column.count("n", "n"));
        table.row("a|b", 3).row("c", null);
        assertEquals("| name | n |\n| --- | ---: |\n| a\\|b | 3 |\n| c | - |\n", table.markdown());
    }

    @Test
    void textIsAlignedAndRounded() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertEquals(
                    String.join(
                            "\n",
                            "class       pictures    recall    loss",
                            "----------  --------  --------  ------",
                            "ant               12  100.00 %   0.123",
                            "a \"b\", c d         7   66.67 %  12.000",
                            "über               0         -       -",
                            ""),
                    table().text());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void csvKeepsEveryValueAsItIs() throws IOException {
        StringBuilder csv = new StringBuilder();
        table().csv(csv);
        assertTrue(csv.toString().startsWith("class,support,recall,loss\nant,12,"), csv.toString());
        try (CSVParser parser =
                CSVParser.builder()
                        .setReader(new StringReader(csv.toString()))
                        .setFormat(CSVFormat.DEFAULT)
                        .get()) {
            List<List<String>> lines = parser.stream().map(CSVRecord::toList).toList();
            assertEquals(
                    List.of("a \"b\", c\nd", "7", String.valueOf(2.0 / 3), "12.0"), lines.get(2));
            assertEquals(List.of("über", "0", "", ""), lines.get(3));
            assertEquals(4, lines.size());
        }
    }

    @Test
    void aRowOfAnotherLengthIsRefused() {
        Exception e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new TextTable(Column.text("a", "a")).row("x", "y"));
        assertTrue(e.getMessage().contains("2 values"), e.getMessage());
    }

    @Test
    void resultTablesListClassesAndMistakes() {
        String classes = ResultTables.perClass(Results.small()).text();
        assertTrue(
                classes.contains("\n    1  bee                4   50.00 %    66.67 %  100.00 %\n"),
                classes);
        assertTrue(
                classes.contains("no picture         0         -          -         -"), classes);

        StringBuilder csv = new StringBuilder();
        try {
            ResultTables.mostConfused(Results.small(), 1).csv(csv);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertEquals("class,predicted,count,share\nbee,ant,2,0.5\n", csv.toString());
    }
}
