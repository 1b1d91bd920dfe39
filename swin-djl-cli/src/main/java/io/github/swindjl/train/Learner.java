// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.swindjl.kernels.DeviceMemory;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.weights.StateArrays;
import io.github.swindjl.zoo.weights.StateFiles;
import io.github.swindjl.zoo.weights.StateShards;
import io.github.swindjl.zoo.weights.StateSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What learns in a run, and all that a checkpoint holds of it: the network's parameters, what
 * updates remember, the parameters' average where one is kept, and the sum of the epoch's losses.
 * Not thread-safe; closing frees it and thaws what was frozen.
 */
final class Learner implements AutoCloseable {

    private final NetworkParameters parameters;
    private final NDManager manager;
    private final Precision precision;
    private final MemoryPlan memory;
    private final UpdateStep step;
    private final WeightAverage average;
    private final RunningLoss loss;

    /**
     * How learning goes.
     *
     * @param loss mean since the last status
     * @param norm global norm of an update's gradients
     * @param leftOut updates that were left out
     */
    record Status(double loss, double norm, UpdateStep.LeftOut leftOut) {}

    /** What an evaluation returns. */
    @FunctionalInterface
    interface Evaluation<T> {
        T run() throws IOException;
    }

    /**
     * Begins with a network as it is.
     *
     * @param first the memory mode that {@code auto} chose when the run began
     * @throws IllegalArgumentException if the device cannot compute in the precision asked for, or
     *     the configuration names a part that the network does not have
     */
    Learner(Block network, TrainConfig config, long updatesPerEpoch, Optional<MemoryMode> first) {
        parameters = new NetworkParameters(network, config);
        Map<String, NDArray> trained = parameters.trained();
        NDArray any = trained.values().iterator().next();
        precision = config.precision().on(any.getDevice());
        if (config.optimizer().state().isOnHost() && !any.getDevice().isGpu()) {
            throw new ConfigException(
                    "optimizer.state",
                    "found host, which is for GPUs: on a CPU"
                            + " the state lies in the computer's memory as it is; use float32, or"
                            + " bfloat16 for half of it");
        }
        memory = MemoryPlan.of(network, config, any.getDevice(), first);
        manager = any.getManager().newSubManager();
        step =
                new UpdateStep(
                        parameters.all(),
                        parameters.groups(),
                        config.optimizer().with(memory.state()),
                        precision == Precision.FP16,
                        config.seed());
        average =
                config.ema().decay() > 0
                        ? new WeightAverage(parameters.changing(), config.ema(), updatesPerEpoch)
                        : null;
        loss = new RunningLoss(manager);
    }

    /**
     * Learns from the gradients gathered since the last update.
     *
     * @param rate the learning rate of a group
     * @param updates updates completed with this one
     * @param owner owner of the result
     * @return the global norm of the gradients before clipping
     */
    NDArray update(ToDoubleFunction<ParameterGroup> rate, long updates, NDManager owner) {
        NDArray norm = step.update(rate, updates, owner);
        if (average != null) {
            average.add(updates);
        }
        return norm;
    }

    /**
     * Runs an evaluation of the average where one is kept, or of the parameters. The memory that it
     * took on a GPU is given back, in pieces of other sizes than training needs.
     */
    <T> T evaluated(Evaluation<T> evaluation) throws IOException {
        try (WeightAverage.Exchange exchanged = average == null ? null : average.exchanged()) {
            return evaluation.run();
        } finally {
            DeviceMemory.release();
        }
    }

    /** Overwrites all with what a checkpoint holds. */
    void load(Checkpoint checkpoint) throws IOException {
        load(checkpoint, Checkpoint.MODEL, parameters.all());
        load(checkpoint, Checkpoint.OPTIMIZER, memory());
        if (average != null) {
            load(checkpoint, Checkpoint.EMA, averaged());
        }
    }

    private static void load(Checkpoint checkpoint, String name, Map<String, NDArray> arrays)
            throws IOException {
        try (StateSource state = StateFiles.open(StateShards.find(checkpoint.directory(), name))) {
            StateArrays.read(state, arrays);
        }
    }

    /** Returns how to write each file of a checkpoint. */
    Map<String, Checkpoints.Part> parts() {
        Map<String, Checkpoints.Part> parts = new LinkedHashMap<>();
        add(parts, Checkpoint.MODEL, parameters.all());
        if (average != null) {
            add(parts, Checkpoint.EMA, averaged());
        }
        add(parts, Checkpoint.OPTIMIZER, memory());
        return parts;
    }

    private static void add(
            Map<String, Checkpoints.Part> parts, String name, Map<String, NDArray> arrays) {
        StateShards.plan(name, arrays, StateShards.LIMIT)
                .forEach((file, writer) -> parts.put(file, writer::writeTo));
    }

    /** What updates remember. */
    private Map<String, NDArray> memory() {
        Map<String, NDArray> memory = new LinkedHashMap<>(step.state());
        memory.putAll(loss.state());
        return memory;
    }

    /** The whole network as it is evaluated. */
    private Map<String, NDArray> averaged() {
        Map<String, NDArray> network = new LinkedHashMap<>(parameters.all());
        network.putAll(average.state());
        return network;
    }

    /** Returns the sum of the epoch's losses. */
    RunningLoss loss() {
        return loss;
    }

    /** Returns what the loss has to be multiplied by before the backward pass. */
    NDArray lossScale() {
        return step.lossScale();
    }

    /** Tells how learning goes. Waits for the device, once. */
    Status status(NDArray norm) {
        List<NDArray> asked = new ArrayList<>(step.counters());
        asked.addAll(loss.totals());
        asked.add(norm);
        double[] values = Transfers.doubles(asked);
        int totals = values.length - 3;
        return new Status(
                loss.recentMean(values[totals], values[totals + 1]),
                values[totals + 2],
                step.leftOut(values));
    }

    /** Tells which updates were left out. Waits for the device. */
    UpdateStep.LeftOut leftOut() {
        return step.leftOut();
    }

    /** Returns the number of trained values. */
    long trainedValues() {
        return parameters.trained().values().stream().mapToLong(NDArray::size).sum();
    }

    /** Returns how passes use memory. */
    MemoryPlan memoryPlan() {
        return memory;
    }

    Precision precision() {
        return precision;
    }

    Device device() {
        return manager.getDevice();
    }

    /** Returns the manager on the network's device. */
    NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        if (average != null) {
            average.close();
        }
        step.close();
        manager.close();
        parameters.close();
    }
}
