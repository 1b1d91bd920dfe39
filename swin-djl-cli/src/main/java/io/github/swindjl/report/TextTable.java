// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * A table for a terminal, with columns aligned by spaces, which can also be written as CSV. Not
 * thread-safe.
 */
public final class TextTable {

    private static final String GAP = "  ";
    private static final String NOTHING = "-";

    private final List<Column> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    /**
     * Starts a table without rows.
     *
     * @param columns its columns, from left to right
     */
    public TextTable(Column... columns) {
        this.columns = List.of(columns);
    }

    /**
     * Adds a row.
     *
     * @param values one for each column; null or NaN where there is none
     * @return this table
     * @throws IllegalArgumentException if their number is not that of the columns
     */
    public TextTable row(Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(
                    "A row of "
                            + values.length
                            + " values does not fit "
                            + columns.size()
                            + " columns.");
        }
        rows.add(Collections.unmodifiableList(Arrays.asList(values.clone())));
        return this;
    }

    /**
     * Returns the columns.
     *
     * @return columns from left to right
     */
    public List<Column> columns() {
        return columns;
    }

    /**
     * Returns the readable form of all values.
     *
     * @return one list per row, one text per column; a dash stands for a missing value
     */
    public List<List<String>> cells() {
        List<List<String>> cells = new ArrayList<>(rows.size());
        for (List<Object> row : rows) {
            List<String> line = new ArrayList<>(columns.size());
            for (int c = 0; c < columns.size(); c++) {
                Object value = row.get(c);
                line.add(
                        isNothing(value)
                                ? NOTHING
                                : printable(columns.get(c).format().apply(value)));
            }
            cells.add(line);
        }
        return cells;
    }

    /**
     * Renders the table as lines of text.
     *
     * @return heading, rule and one line per row, each ended by a line feed and without blanks
     *     before it; control characters in values appear as blanks
     */
    public String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(column -> printable(column.title())).toList());
        lines.addAll(cells());
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int c = 0; c < widths.length; c++) {
                widths[c] = Math.max(widths[c], length(line.get(c)));
            }
        }
        lines.add(1, Arrays.stream(widths).mapToObj("-"::repeat).toList());
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder out = new StringBuilder();
            for (int c = 0; c < widths.length; c++) {
                String blanks = " ".repeat(widths[c] - length(line.get(c)));
                out.append(c == 0 ? "" : GAP);
                out.append(columns.get(c).right() ? blanks + line.get(c) : line.get(c) + blanks);
            }
            text.append(out.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /**
     * Renders the table in Markdown.
     *
     * @return heading, rule and one line per row, each ended by a line feed
     */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(column -> printable(column.title())).toList());
        lines.add(columns.stream().map(column -> column.right() ? "---:" : "---").toList());
        lines.addAll(cells());
        for (List<String> line : lines) {
            text.append("| ");
            text.append(
                    line.stream()
                            .map(cell -> cell.replace("|", "\\|"))
                            .collect(Collectors.joining(" | ")));
            text.append(" |\n");
        }
        return text.toString();
    }

    /**
     * Writes the table as CSV: keys as heading, values as they are, cells quoted where needed,
     * lines ended by a line feed. A missing value is an empty cell.
     *
     * @param out where to
     * @throws IOException if it cannot be written
     */
    public void csv(Appendable out) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
        CSVPrinter printer = new CSVPrinter(out, format);
        printer.printRecord(columns.stream().map(Column::key));
        for (List<Object> row : rows) {
            printer.printRecord(row.stream().map(value -> isNothing(value) ? null : value));
        }
        printer.flush();
    }

    private static boolean isNothing(Object value) {
        return Objects.isNull(value) || value instanceof Double d && d.isNaN();
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
