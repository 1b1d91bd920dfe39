// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.train.config.EmaConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The exponential moving average of parameters, as timm's ModelEmaV2 has it, and with its later
 * warm-up. Owns its memory until closed; the parameters stay their owner's. Not thread-safe.
 */
public final class WeightAverage implements AutoCloseable {

    private static final Kernel MOVE = Kernel.of(WeightAverage.class, "average.py", Map.of());
    private static final Kernel EXCHANGE = Kernel.of(WeightAverage.class, "exchange.py", Map.of());
    private static final double WARMUP_POWER = 2.0 / 3;

    private final NDManager manager;
    private final EmaConfig config;
    private final long updatesPerEpoch;
    private final long followed;
    private final List<NDArray> parameters;
    private final Map<String, NDArray> averages = new LinkedHashMap<>();

    /** Gives the parameters their own values back when closed. */
    public final class Exchange implements AutoCloseable {

        private Exchange() {
            exchange();
        }

        @Override
        public void close() {
            exchange();
        }
    }

    /**
     * Begins with the parameters as they are.
     *
     * @param parameters what to average, by name, at least one, on one device
     * @param config how
     * @param updatesPerEpoch updates in one epoch
     */
    public WeightAverage(Map<String, NDArray> parameters, EmaConfig config, long updatesPerEpoch) {
        this.config = config;
        this.parameters = List.copyOf(parameters.values());
        this.updatesPerEpoch = updatesPerEpoch;
        followed = config.afterEpochs() * updatesPerEpoch;
        manager = this.parameters.get(0).getManager().newSubManager();
        parameters.forEach(
                (name, array) -> {
                    NDArray copy = array.duplicate();
                    copy.attach(manager);
                    averages.put(name, copy);
                });
    }

    /**
     * Takes the parameters in, if it is their turn: after the first update of an epoch, and then as
     * often as configured. Torchvision counts so; only then does the average begin with the
     * parameters after the epochs in which it just follows.
     *
     * @param update updates completed since the run began
     */
    public void add(long update) {
        if ((update - 1) % updatesPerEpoch % config.every() == 0) {
            try (NDManager temporary = manager.newSubManager()) {
                MOVE.update(temporary, arrays(), parameters, 1 - decay(update));
            }
        }
    }

    /** Returns what the average keeps of itself at an update, counted from 1. */
    double decay(long update) {
        if (!config.warmup() && followed == 0) {
            return config.decay();
        }
        long n = update - followed - 1;
        if (n <= 0) {
            return 0;
        }
        return config.warmup()
                ? Math.min(config.decay(), 1 - Math.pow(1 + n, -WARMUP_POWER))
                : config.decay();
    }

    /**
     * Puts the averages into the parameters, for an evaluation.
     *
     * @return the guard that takes them out again, every bit of both as before
     */
    public Exchange exchanged() {
        return new Exchange();
    }

    private void exchange() {
        try (NDManager temporary = manager.newSubManager()) {
            EXCHANGE.update(temporary, parameters, arrays());
        }
    }

    private List<NDArray> arrays() {
        return new ArrayList<>(averages.values());
    }

    /**
     * Returns the averages.
     *
     * @return arrays by the parameters' names, unmodifiable; overwriting them in place restores the
     *     average
     */
    public Map<String, NDArray> state() {
        return Collections.unmodifiableMap(averages);
    }

    @Override
    public void close() {
        manager.close();
    }
}
