// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.train.History;
import java.util.List;
import java.util.Map;

/**
 * One line of a training run's history. A value that was not measured is NaN.
 *
 * @param epoch epoch it closes, counted from 1
 * @param step optimizer steps since the run began
 * @param trainLoss mean training loss
 * @param lr learning rate
 * @param valLoss mean cross-entropy on the validation pictures, in nats
 * @param valTop1 top-1 accuracy on the validation pictures, 0 to 1
 * @param valTop5 top-5 accuracy on the validation pictures, 0 to 1
 * @param imagesPerSecond training pictures per second
 * @param dataWait share of training time spent waiting for data, 0 to 1
 * @param seconds wall-clock seconds that the epoch took, evaluation included
 * @param gradientNorm mean global norm of the gradients before clipping
 * @param memoryMegabytes memory in use at the end of the epoch
 * @param valMiou mean intersection over union on the validation pictures, 0 to 1
 */
public record HistoryRow(
        int epoch,
        long step,
        double trainLoss,
        double lr,
        double valLoss,
        double valTop1,
        double valTop5,
        double imagesPerSecond,
        double dataWait,
        double seconds,
        double gradientNorm,
        double memoryMegabytes,
        double valMiou) {

    /**
     * Takes what a report shows out of a run's history.
     *
     * @param history the rows of the run; columns that it lacks were not measured
     * @return as many rows in the same order
     */
    public static List<HistoryRow> of(List<History.Row> history) {
        return history.stream().map(HistoryRow::of).toList();
    }

    private static HistoryRow of(History.Row row) {
        Map<String, Double> values = row.values();
        return new HistoryRow(
                row.epoch(),
                (long) figure(values, "step"),
                figure(values, "train_loss"),
                figure(values, "lr"),
                figure(values, "val_loss"),
                figure(values, "val_top1"),
                figure(values, "val_top5"),
                figure(values, "images_per_second"),
                figure(values, "data_wait"),
                figure(values, "seconds"),
                figure(values, "gradient_norm"),
                figure(values, "memory_mb"),
                figure(values, "val_miou"));
    }

    private static double figure(Map<String, Double> values, String name) {
        return values.getOrDefault(name, Double.NaN);
    }
}
