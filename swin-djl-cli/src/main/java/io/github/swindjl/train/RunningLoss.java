// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * The sum of an epoch's losses, kept on the device so that adding does not wait for it. Not
 * thread-safe; the manager given owns the memory.
 */
final class RunningLoss {

    private static final Kernel ADD = Kernel.of(RunningLoss.class, "add.py", Map.of());

    private final NDArray sum;
    private long count;
    private double lastSum;
    private long lastCount;

    /** Begins with a sum over a number of losses, both 0 at the start of an epoch. */
    RunningLoss(NDManager manager, double sum, long count) {
        try (NDArray java = manager.create(new double[] {sum})) {
            // In the engine's own memory, which in-place changes need.
            this.sum = java.duplicate();
        }
        this.count = count;
        lastSum = sum;
        lastCount = count;
    }

    /** Adds a scalar. */
    void add(NDArray loss) {
        ADD.update(loss.getManager(), sum, loss);
        count++;
    }

    /** Waits for the device and returns the sum. */
    double sum() {
        return sum.toDoubleArray()[0];
    }

    /** Waits for the device and returns the mean of what was added since the last call. */
    double recentMean() {
        double now = sum();
        double mean = (now - lastSum) / (count - lastCount);
        lastSum = now;
        lastCount = count;
        return mean;
    }
}
