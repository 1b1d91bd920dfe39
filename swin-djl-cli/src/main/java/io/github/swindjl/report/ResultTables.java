// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.eval.ClassRow;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.ConfusionMatrix;
import java.util.List;

/** The tables that an evaluation prints. */
public final class ResultTables {

    private ResultTables() {}

    /**
     * Makes the table of classes.
     *
     * @param result what came out of a classification run
     * @return one row per class, in order of class index
     */
    public static TextTable perClass(ClassificationResult result) {
        TextTable table =
                new TextTable(
                        Column.count("index", "index"),
                        Column.text("class", "class"),
                        Column.count("pictures", "support"),
                        Column.percent("recall", "recall"),
                        Column.percent("precision", "precision"),
                        Column.percent("top-5", "top5"));
        int index = 0;
        for (ClassRow row : result.perClass()) {
            table.row(
                    index++, row.label(), row.support(), row.recall(), row.precision(), row.top5());
        }
        return table;
    }

    /**
     * Makes the table of the most frequent mistakes.
     *
     * @param result what came out of a classification run
     * @param limit number of rows at most
     * @return one row per pair of classes, the most frequent first
     */
    public static TextTable mostConfused(ClassificationResult result, int limit) {
        TextTable table =
                new TextTable(
                        Column.text("true class", "class"),
                        Column.text("taken for", "predicted"),
                        Column.count("pictures", "count"),
                        Column.percent("of class", "share"));
        List<String> labels = result.labels();
        for (ConfusionMatrix.Cell cell : result.confusion().mostConfused(limit)) {
            table.row(
                    labels.get(cell.actual()),
                    labels.get(cell.predicted()),
                    cell.count(),
                    (double) cell.count() / result.confusion().support(cell.actual()));
        }
        return table;
    }

    /**
     * Makes the confusion matrix of few classes.
     *
     * @param result what came out of a classification run
     * @return one row per true class, one column per predicted one, which the index names; a cell
     *     without a picture has a dot
     */
    public static TextTable confusion(ClassificationResult result) {
        List<String> labels = result.labels();
        Column[] columns = new Column[2 + labels.size()];
        columns[0] = Column.count("index", "index");
        columns[1] = Column.text("true \\ predicted", "class");
        for (int i = 0; i < labels.size(); i++) {
            columns[2 + i] =
                    new Column(
                            String.valueOf(i),
                            labels.get(i),
                            true,
                            count -> count.equals(0L) ? "." : count.toString());
        }
        TextTable table = new TextTable(columns);
        for (int actual = 0; actual < labels.size(); actual++) {
            Object[] row = new Object[columns.length];
            row[0] = actual;
            row[1] = labels.get(actual);
            for (int predicted = 0; predicted < labels.size(); predicted++) {
                row[2 + predicted] = result.confusion().count(actual, predicted);
            }
            table.row(row);
        }
        return table;
    }
}
