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
    private final List<Row> rows;

    /**
     * What one epoch gave.
     *
     * @param epoch the epoch, from 1
     * @param values figures by name, in the order of the columns
     */
    public record Row(int epoch, Map<String, Double> values) {}

    private History(Path file, List<Row> rows) {
        this.file = file;
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
        return new History(file, Files.exists(file) ? read(file) : List.of());
    }

    private static List<Row> read(Path file) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
        List<Row> rows = new ArrayList<>();
        try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, format)) {
            for (CSVRecord line : parser) {
                Map<String, Double> values = new LinkedHashMap<>();
                for (String column : parser.getHeaderNames()) {
                    if (!column.equals(EPOCH) && !line.get(column).isEmpty()) {
                        values.put(column, Double.valueOf(line.get(column)));
                    }
                }
                rows.add(new Row(Integer.parseInt(line.get(EPOCH)), values));
            }
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new IOException(file + ": is no training history: " + e.getMessage(), e);
        }
        return rows;
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
        write();
    }

    private void write() throws IOException {
        List<String> columns = new ArrayList<>(List.of(EPOCH));
        for (Row row : rows) {
            for (String name : row.values().keySet()) {
                if (!columns.contains(name)) {
                    columns.add(name);
                }
            }
        }
        StringBuilder text = new StringBuilder();
        CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
        try (CSVPrinter printer = new CSVPrinter(text, format)) {
            printer.printRecord(columns);
            for (Row row : rows) {
                printer.print(row.epoch());
                for (String column : columns.subList(1, columns.size())) {
                    printer.print(row.values().get(column));
                }
                printer.println();
            }
        }
        AtomicFile.writeText(file, text.toString());
    }
}
