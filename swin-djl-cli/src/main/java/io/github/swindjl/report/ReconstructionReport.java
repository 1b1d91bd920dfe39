// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.eval.Reconstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts together what a report tells about a pre-training that guesses hidden parts of pictures. */
public final class ReconstructionReport {

    private ReconstructionReport() {}

    /**
     * Makes the page. Drawings are left out where the system has no fonts.
     *
     * @param title heading of the page
     * @param subtitle one line below it
     * @param loss mean absolute difference over hidden pixels of the pictures to validate on
     * @param history the run's history
     * @param reconstructions pictures with what the network makes of them
     * @param settings what decided the result, by name
     * @return the page
     */
    public static ReportPage page(
            String title,
            String subtitle,
            double loss,
            List<HistoryRow> history,
            List<Reconstruction> reconstructions,
            Map<String, String> settings) {
        List<ReportPage.Section> sections = new ArrayList<>();
        if (Fonts.problem().isEmpty()) {
            sections.add(
                    new ReportPage.Plot(
                            "Pictures not trained on",
                            "Pictures, the same with hidden parts, and with these parts guessed",
                            ReconstructionSheet.draw(reconstructions)));
            sections.add(
                    new ReportPage.Plot(
                            "Training",
                            "Loss, learning rate, speed, gradients and memory by epoch",
                            TrainingCurves.draw(title, history)));
        }
        sections.add(new ReportPage.Table("Epochs", epochs(history)));
        sections.add(new ReportPage.Settings("Settings", settings));
        return new ReportPage(
                title,
                subtitle,
                List.of(
                        new ReportPage.Figure(
                                "validation loss", String.format(Locale.ROOT, "%.4f", loss))),
                sections);
    }

    private static TextTable epochs(List<HistoryRow> history) {
        TextTable table =
                new TextTable(
                        Column.count("epoch", "epoch"),
                        Column.decimal("train loss", "train_loss", 4),
                        Column.decimal("val loss", "val_loss", 4),
                        Column.decimal("images/s", "images_per_second", 0),
                        Column.decimal("seconds", "seconds", 1));
        for (HistoryRow row : history) {
            table.row(
                    row.epoch(),
                    row.trainLoss(),
                    row.valLoss(),
                    row.imagesPerSecond(),
                    row.seconds());
        }
        return table;
    }
}
