// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Transfers;
import java.util.List;
import java.util.Map;

/**
 * The sum of an epoch's losses, kept on the device so that adding does not wait for it. Losses that
 * are not finite do not count. Not thread-safe; the manager given owns the memory.
 */
final class RunningLoss {

    private static final Kernel ADD = Kernel.of(RunningLoss.class, "add.py", Map.of());

    private final NDArray sum;
    private final NDArray count;
    private double lastSum;
    private double lastCount;

    /** Begins with nothing. */
    RunningLoss(NDManager manager) {
        sum = manager.zeros(new Shape(), DataType.FLOAT64);
        count = manager.zeros(new Shape(), DataType.INT64);
    }

    /** Forgets everything, for a new epoch. */
    void clear() {
        sum.muli(0);
        count.muli(0);
        lastSum = 0;
        lastCount = 0;
    }

    /** Adds a scalar. */
    void add(NDArray loss) {
        try (NDManager temporary = loss.getManager().newSubManager()) {
            ADD.update(temporary, sum, count, loss);
        }
    }

    /** Waits for the device and returns the sum. */
    double sum() {
        return Transfers.doubles(totals())[0];
    }

    /** Waits for the device and returns the mean of all, NaN if none was finite. */
    double mean() {
        double[] totals = Transfers.doubles(totals());
        return totals[0] / totals[1];
    }

    /** Returns sum and count, on the device. */
    List<NDArray> totals() {
        return List.of(sum, count);
    }

    /** Returns the mean of what was added since the last report, given the totals' values. */
    double recentMean(double... totals) {
        double mean = (totals[0] - lastSum) / (totals[1] - lastCount);
        lastSum = totals[0];
        lastCount = totals[1];
        return mean;
    }

    /** Takes note of what there is, so that {@link #recentMean} tells of what comes. */
    void report() {
        recentMean(Transfers.doubles(totals()));
    }

    /** What has to be saved and restored in the middle of an epoch. */
    Map<String, NDArray> state() {
        return Map.of("epoch_loss.sum", sum, "epoch_loss.count", count);
    }
}
