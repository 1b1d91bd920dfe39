// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;

/** Looks for a batch that fits after one that did not. For one thread; the run has to end then. */
final class FittingBatch {

    private final TrainConfig config;
    private final TrainingTask task;
    private final NDManager manager;

    /** A pass forward and backward. */
    @FunctionalInterface
    interface Pass {
        NDArray run(ParameterStore store, TrainingTask.Batch batch, long dropSeed, NDManager owner);
    }

    FittingBatch(TrainConfig config, TrainingTask task, NDManager manager) {
        this.config = config;
        this.task = task;
        this.manager = manager;
    }

    /** Tries smaller batches and says what came of it. */
    DeviceMemoryException explain(EngineException failure, Pass pass) throws IOException {
        int asked = config.training().batchSize();
        boolean pairs = config.augmentation().mixing().augmentation().isPresent();
        int least = Math.max(task.leastBatch(), pairs ? 2 : 1);
        int fitting = largest(asked, least, pass);
        String found = DeviceMemoryException.memoryLine(failure).orElseThrow();
        String advice =
                fitting == 0
                        ? "Nor does one of "
                                + least
                                + ": it takes more memory, a smaller model or smaller pictures."
                        : "Tried out, one of "
                                + fitting
                                + " does; --batch-size "
                                + fitting
                                + " --accumulate "
                                + config.training().accumulate() * ((asked + fitting - 1) / fitting)
                                + " makes updates of about the same size.";
        return new DeviceMemoryException(
                "A batch of "
                        + asked
                        + " does not fit into the device's memory ("
                        + found
                        + "). "
                        + advice,
                failure);
    }

    /** Returns the first that fits of half the batch, a quarter and so on, or 0. */
    private int largest(int asked, int least, Pass pass) throws IOException {
        for (int size = half(asked, least); size > 0; size = half(size, least)) {
            if (fits(size, pass)) {
                return size;
            }
        }
        return 0;
    }

    /** Pictures that are mixed in pairs stay in pairs. */
    private static int half(int size, int least) {
        return size <= least ? 0 : Math.max(least, size / 2 / least * least);
    }

    private boolean fits(int size, Pass pass) throws IOException {
        try (NDManager owner = manager.newSubManager();
                TrainingTask.Batches batches = task.trial(size);
                Autograd.Mode recording = Autograd.record()) {
            pass.run(new ParameterStore(owner, false), batches.next(owner), 0, owner);
            return true;
        } catch (RuntimeException e) {
            if (DeviceMemoryException.causeOf(e).isEmpty()) {
                throw e;
            }
            return false;
        }
    }
}
