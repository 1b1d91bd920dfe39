// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.train.config.MemoryChoice;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Looks for a memory mode and for a batch that fit after a pass that did not. For one thread; the
 * run has to end then.
 */
final class FittingBatch {

    private final TrainConfig config;
    private final TrainingTask task;
    private final NDManager manager;
    private final MemoryMode mode;

    /** A pass forward and backward. */
    @FunctionalInterface
    interface Pass {
        NDArray run(
                MemoryMode mode,
                ParameterStore store,
                TrainingTask.Batch batch,
                long dropSeed,
                NDManager owner);
    }

    /**
     * Prepares to look.
     *
     * @param mode what the pass kept that did not fit
     */
    FittingBatch(TrainConfig config, TrainingTask task, NDManager manager, MemoryMode mode) {
        this.config = config;
        this.task = task;
        this.manager = manager;
        this.mode = mode;
    }

    /** Tries modes that keep less, and smaller batches, and says what came of it. */
    DeviceMemoryException explain(EngineException failure, Pass pass) throws IOException {
        int asked = config.training().batchSize();
        String found = DeviceMemoryException.memoryLine(failure).orElseThrow();
        String chosen =
                config.memory() == MemoryChoice.AUTO
                        ? "; --memory auto chose "
                                + name(mode)
                                + " when the run began and keeps to it"
                        : "";
        return new DeviceMemoryException(
                "A batch of "
                        + asked
                        + " does not fit into the device's memory ("
                        + found
                        + ")"
                        + chosen
                        + ". "
                        + advice(asked, pass),
                failure);
    }

    private String advice(int asked, Pass pass) throws IOException {
        boolean pairs = config.augmentation().mixing().augmentation().isPresent();
        int least = Math.max(task.leastBatch(), pairs ? 2 : 1);
        List<MemoryMode> smaller = mode.smaller();
        for (MemoryMode other : smaller) {
            if (fits(other, asked, pass)) {
                int size = largest(mode, asked, least, pass);
                return "Tried out, it does with --memory "
                        + name(other)
                        + ", which takes about a third more time"
                        + (size == 0 ? "." : "; as it is, " + batch(size, asked));
            }
        }
        int size = largest(mode, asked, least, pass);
        if (size > 0) {
            return "Tried out, " + batch(size, asked);
        }
        MemoryMode smallest = smaller.isEmpty() ? mode : smaller.get(smaller.size() - 1);
        int last = smallest == mode ? 0 : largest(smallest, asked, least, pass);
        if (last > 0) {
            return "Tried out, with --memory " + name(smallest) + " " + batch(last, asked);
        }
        return "Nor does one of "
                + least
                + ": it takes more memory, a smaller model or smaller pictures.";
    }

    private static String name(MemoryMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private String batch(int size, int asked) {
        return "one of "
                + size
                + " does; --batch-size "
                + size
                + " --accumulate "
                + config.training().accumulate() * ((asked + size - 1) / size)
                + " makes updates of about the same size.";
    }

    /** Returns the first that fits of half the batch, a quarter and so on, or 0. */
    private int largest(MemoryMode with, int asked, int least, Pass pass) throws IOException {
        for (int size = half(asked, least); size > 0; size = half(size, least)) {
            if (fits(with, size, pass)) {
                return size;
            }
        }
        return 0;
    }

    /** Pictures that are mixed in pairs stay in pairs. */
    private static int half(int size, int least) {
        return size <= least ? 0 : Math.max(least, size / 2 / least * least);
    }

    private boolean fits(MemoryMode with, int size, Pass pass) throws IOException {
        try (NDManager owner = manager.newSubManager();
                TrainingTask.Batches batches = task.trial(size);
                Autograd.Mode recording = Autograd.record()) {
            pass.run(with, new ParameterStore(owner, false), batches.next(owner), 0, owner);
            return true;
        } catch (RuntimeException e) {
            if (DeviceMemoryException.causeOf(e).isEmpty()) {
                throw e;
            }
            return false;
        }
    }
}
