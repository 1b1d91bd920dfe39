// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/**
 * One row of figures for each epoch of a run, as a CSV file that is always whole. Not safe for use
 * by several threads.
 */
public final class History {

    private static final String EPOCH = "epoch";

    private final Path file;
    private final List<String> columns;
    private final List<Row> rows;

    /**
     * What one epoch gave.
     *
     * @param epoch the epoch, from 1
     * @param values figures by name, in the order of the columns; what was not measured is NaN or
     *     left out
     */
    public record Row(int epoch, Map<String, Double> values) {}

    private History(Path file, List<String> columns, List<Row> rows) {
        this.file = file;
        this.columns = new ArrayList<>(columns);
        this.rows = new ArrayList<>(rows);
    }

    /**
     * Opens a history.
     *
     * @param file the CSV file; may not exist yet
     * @return the history
     * @throws IOException if the file cannot be read or is no history
     */
    public static History open(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new History(file, List.of(), List.of());
        }
        CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
        try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, format)) {
            List<String> columns = new ArrayList<>(parser.getHeaderNames());
            if (!columns.remove(EPOCH)) {
                throw new IllegalArgumentException(
                        "its columns are " + columns + ", expected " + EPOCH + " among them");
            }
            List<Row> rows = new ArrayList<>();
            for (CSVRecord line : parser) {
                rows.add(row(line, columns));
            }
            return new History(file, columns, rows);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new IOException(file + ": is no training history: " + e.getMessage(), e);
        }
    }

    private static Row row(CSVRecord line, List<String> columns) {
        if (!line.isConsistent()) {
            throw new IllegalArgumentException(
                    at(line) + " has " + line.size() + " cells, expected " + (columns.size() + 1));
        }
        Map<String, Double> values = new LinkedHashMap<>();
        for (String column : columns) {
            String text = line.get(column);
            if (!text.isEmpty()) {
                try {
                    values.put(column, Double.valueOf(text));
                } catch (NumberFormatException e) {
                    throw damaged(line, column, "a number or nothing", e);
                }
            }
        }
        try {
            return new Row(Integer.parseInt(line.get(EPOCH)), values);
        } catch (NumberFormatException e) {
            throw damaged(line, EPOCH, "a whole number", e);
        }
    }

    private static IllegalArgumentException damaged(
            CSVRecord line, String column, String expected, Exception cause) {
        return new IllegalArgumentException(
                at(line)
                        + ", column "
                        + column
                        + " is '"
                        + line.get(column)
                        + "', expected "
                        + expected,
                cause);
    }

    /** The heading is line 1. */
    private static String at(CSVRecord line) {
        return "line " + (line.getRecordNumber() + 1);
    }

    /**
     * Returns all rows.
     *
     * @return the rows in order of epochs, unmodifiable
     */
    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /**
     * Adds an epoch; rows of the same and of later epochs, left by a run that was taken back to an
     * earlier checkpoint, are dropped.
     *
     * @param row the epoch's figures
     * @throws IOException if the file cannot be written
     */
    public void add(Row row) throws IOException {
        rows.removeIf(old -> old.epoch() >= row.epoch());
        rows.add(row);
        for (String name : row.values().keySet()) {
            if (!columns.contains(name)) {
                columns.add(name);
            }
        }
        write();
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder();
        CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
        try (CSVPrinter printer = new CSVPrinter(text, format)) {
            printer.print(EPOCH);
            printer.printRecord(columns);
            for (Row row : rows) {
                printer.print(row.epoch());
                for (String column : columns) {
                    printer.print(cell(row.values().getOrDefault(column, Double.NaN)));
                }
                printer.println();
            }
        }
        AtomicFile.writeText(file, text.toString());
    }

    /** Whole numbers without a point, nothing for what was not measured. */
    private static String cell(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        return value == (long) value ? Long.toString((long) value) : Double.toString(value);
    }
}
