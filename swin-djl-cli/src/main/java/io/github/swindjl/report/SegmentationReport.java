// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.eval.SegmentationResult;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report of a segmentation model. */
public final class SegmentationReport {

    /** Most frequent mistakes that are listed. */
    private static final int CONFUSED_PAIRS = 20;

    private SegmentationReport() {}

    /**
     * Composes the page: figures, curves, confusion matrix, pictures, tables, settings. Where
     * {@linkplain Fonts no text can be drawn}, the drawings are left out.
     *
     * @param title heading
     * @param subtitle one line below it
     * @param result what came out
     * @param history rows of the training that led to it, empty if there is none
     * @param overlays pictures with their predicted classes
     * @param settings what decided the result, by name
     * @return the page
     */
    public static ReportPage page(
            String title,
            String subtitle,
            SegmentationResult result,
            List<HistoryRow> history,
            List<BufferedImage> overlays,
            Map<String, String> settings) {
        List<ReportPage.Section> sections = new ArrayList<>();
        if (Fonts.problem().isEmpty()) {
            if (!history.isEmpty()) {
                sections.add(
                        new ReportPage.Plot(
                                "Training",
                                "Loss, mean IoU, learning rate, speed, gradients and memory by"
                                        + " epoch",
                                TrainingCurves.draw(title, history)));
            }
            sections.add(
                    new ReportPage.Plot(
                            "Confusion",
                            "Pixels of true classes against predicted ones",
                            SegmentationDrawing.confusion(result)));
            for (int i = 0; i < overlays.size(); i++) {
                sections.add(
                        new ReportPage.Plot(
                                "Picture " + (i + 1),
                                "Predicted classes over a picture that was not trained on",
                                overlays.get(i)));
            }
        }
        sections.add(new ReportPage.Table("Classes", SegmentationDrawing.perClass(result)));
        if (result.confusion().correct() < result.confusion().total()) {
            sections.add(new ReportPage.Table("Most frequent mistakes", mistakes(result)));
        }
        sections.add(new ReportPage.Settings("Settings", settings));
        return new ReportPage(title, subtitle, figures(result), sections);
    }

    /**
     * Makes the table of the classes that are most often taken for others.
     *
     * @param result what came out of an evaluation
     * @return at most twenty rows, most pixels first
     */
    public static TextTable mistakes(SegmentationResult result) {
        TextTable table =
                new TextTable(
                        Column.text("true class", "class"),
                        Column.text("taken for", "predicted"),
                        Column.count("pixels", "count"));
        result.confusion()
                .mostConfused(CONFUSED_PAIRS)
                .forEach(
                        cell ->
                                table.row(
                                        result.labels().get(cell.actual()),
                                        result.labels().get(cell.predicted()),
                                        cell.count()));
        return table;
    }

    private static List<ReportPage.Figure> figures(SegmentationResult result) {
        return List.of(
                new ReportPage.Figure("mIoU", percent(result.meanIou())),
                new ReportPage.Figure("mAcc", percent(result.meanAccuracy())),
                new ReportPage.Figure("aAcc", percent(result.pixelAccuracy())),
                new ReportPage.Figure("pictures", String.valueOf(result.pictures())));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
