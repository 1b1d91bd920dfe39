// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

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
 * @param seconds wall-clock seconds that the epoch took
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
        double seconds) {}
