// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads {@code history.csv} of a run directory. */
public final class HistoryCsv {

    /** The columns of the file, in order. */
    public static final List<String> COLUMNS =
            List.of(
                    "epoch",
                    "step",
                    "train_loss",
                    "lr",
                    "val_loss",
                    "val_top1",
                    "val_top5",
                    "images_per_second",
                    "data_wait",
                    "seconds");

    private HistoryCsv() {}

    /**
     * Reads a history.
     *
     * @param file a file whose first line names the {@linkplain #COLUMNS columns}; an empty cell is
     *     a value that was not measured
     * @return its rows, in the order of the file
     * @throws IOException if the file cannot be read, has other columns, or a cell is no number
     */
    public static List<HistoryRow> read(Path file) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
        try (Reader reader = Files.newBufferedReader(file);
                CSVParser parser = CSVParser.builder().setReader(reader).setFormat(format).get()) {
            if (!parser.getHeaderNames().equals(COLUMNS)) {
                throw new IOException(
                        file
                                + " is no training history: its columns are "
                                + parser.getHeaderNames()
                                + ", expected "
                                + COLUMNS
                                + ".");
            }
            List<HistoryRow> rows = new ArrayList<>();
            for (CSVRecord line : parser) {
                rows.add(row(line));
            }
            return rows;
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new IOException(file + " is a damaged training history: " + e.getMessage(), e);
        }
    }

    private static HistoryRow row(CSVRecord line) {
        if (!line.isConsistent()) {
            throw new IllegalArgumentException(
                    "line "
                            + (line.getRecordNumber() + 1)
                            + " has "
                            + line.size()
                            + " cells, expected "
                            + COLUMNS.size()
                            + ".");
        }
        return new HistoryRow(
                Math.toIntExact(whole(line, "epoch")),
                whole(line, "step"),
                number(line, "train_loss"),
                number(line, "lr"),
                number(line, "val_loss"),
                number(line, "val_top1"),
                number(line, "val_top5"),
                number(line, "images_per_second"),
                number(line, "data_wait"),
                number(line, "seconds"));
    }

    private static long whole(CSVRecord line, String column) {
        try {
            return Long.parseLong(line.get(column));
        } catch (NumberFormatException e) {
            throw damaged(line, column, "a whole number", e);
        }
    }

    private static double number(CSVRecord line, String column) {
        String text = line.get(column);
        try {
            return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw damaged(line, column, "a number or nothing", e);
        }
    }

    private static IllegalArgumentException damaged(
            CSVRecord line, String column, String expected, Exception cause) {
        return new IllegalArgumentException(
                "line "
                        + (line.getRecordNumber() + 1)
                        + ", column "
                        + column
                        + " is '"
                        + line.get(column)
                        + "', expected "
                        + expected
                        + ".",
                cause);
    }
}
