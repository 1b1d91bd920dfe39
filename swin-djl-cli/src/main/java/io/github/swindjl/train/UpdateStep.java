// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.train.config.OptimizerConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * One update of all trained parameters: the gradients leave the loss scale, are clipped by their
 * global norm, and change the parameters by AdamW or SGD, without waiting for the device.
 *
 * <p>An update whose gradients are not all finite is left out and counted; where the loss is
 * scaled, its scale halves then, and doubles after 2000 updates in a row that are not left out.
 * Owns its state on the parameters' device until closed; the parameters stay their owner's. Not
 * thread-safe.
 */
public final class UpdateStep implements AutoCloseable {

    private static final float FIRST_SCALE = 65536;

    private final NDManager manager;
    private final List<ParameterGroup> groups;
    private final List<String> names;
    private final List<NDArray> parameters;
    private final List<UpdateRule> rules = new ArrayList<>();
    private final Kernel gradients;
    private final long[] order;
    private final NDArray places;
    private final NDArray step;
    private final NDArray scale;
    private final NDArray growth;
    private final NDArray overflow;
    private final NDArray leftOut;
    private final NDArray culprit;
    private final boolean scales;
    private final long seed;
    private final boolean waits;

    /**
     * Updates that were left out.
     *
     * @param total since the run began
     * @param inRow the last ones, without one between that was not
     * @param culprit the parameter whose gradient was the first that was not finite in the last one
     *     left out, as the backward pass goes; empty if there was none, or if only the global norm
     *     was too large
     */
    public record LeftOut(long total, long inRow, Optional<String> culprit) {

        /**
         * Tells what happened to the last ones.
         *
         * @return a sentence without its end
         */
        public String last() {
            return "The last "
                    + inRow
                    + " updates were left out, since their gradients were not finite; "
                    + culprit.map(name -> "the first of them, from the loss on, is that of " + name)
                            .orElse("only their global norm is too large");
        }
    }

    /**
     * Creates an update whose memory of former ones is empty.
     *
     * @param parameters the network's parameters in its order, float32, on one device
     * @param groups which of them to update, and how
     * @param config the rule and the largest norm
     * @param scalesLoss whether the loss is multiplied by {@link #lossScale()} before the backward
     *     pass, which float16 needs
     * @param seed the run's, from which the rounding to bfloat16 comes where moments are kept so
     * @throws IllegalArgumentException if there is no parameter to update
     */
    public UpdateStep(
            Map<String, NDArray> parameters,
            List<ParameterGroup> groups,
            OptimizerConfig config,
            boolean scalesLoss,
            long seed) {
        this.groups = List.copyOf(groups);
        names = groups.stream().flatMap(group -> group.names().stream()).toList();
        if (names.isEmpty()) {
            throw new IllegalArgumentException("There is no parameter to update");
        }
        this.parameters = names.stream().map(parameters::get).toList();
        manager = this.parameters.get(0).getManager().newSubManager();
        for (ParameterGroup group : groups) {
            List<NDArray> values = group.names().stream().map(parameters::get).toList();
            rules.add(UpdateRule.of(manager, group.names(), values, config));
        }
        this.parameters.forEach(Autograd::prepare);
        gradients =
                Kernel.of(
                        UpdateStep.class,
                        "gradients.py",
                        Map.of(
                                "clips",
                                config.clipNorm() > 0,
                                "clip_norm",
                                config.clipNorm(),
                                "scales",
                                scalesLoss));
        List<String> all = List.copyOf(parameters.keySet());
        order = names.stream().mapToLong(all::indexOf).toArray();
        places = manager.create(order);
        step = manager.zeros(new Shape(), DataType.FLOAT32);
        scale = manager.full(new Shape(), scalesLoss ? FIRST_SCALE : 1f, DataType.FLOAT32);
        growth = manager.zeros(new Shape(), DataType.INT32);
        overflow = manager.zeros(new Shape(), DataType.FLOAT32);
        leftOut = manager.zeros(new Shape(2), DataType.INT64);
        culprit = manager.full(new Shape(), -1, DataType.INT64);
        scales = scalesLoss;
        this.seed = seed;
        waits = config.state().isOnHost();
    }

    /**
     * Creates an update of all parameters, in the groups that a configuration asks for.
     *
     * @param parameters the network's parameters in its order, float32, on one device
     * @param config the rule, its groups and the largest norm
     * @param scalesLoss whether the loss is multiplied by {@link #lossScale()}
     * @param seed the run's
     * @return the update, whose memory of former ones is empty
     * @throws IllegalArgumentException if there is no parameter to update
     */
    public static UpdateStep ofAll(
            Map<String, NDArray> parameters,
            OptimizerConfig config,
            boolean scalesLoss,
            long seed) {
        Map<String, Integer> dimensions = new LinkedHashMap<>();
        parameters.forEach((name, array) -> dimensions.put(name, array.getShape().dimension()));
        List<String> names = List.copyOf(parameters.keySet());
        return new UpdateStep(
                parameters, ParameterGroup.of(dimensions, names, config), config, scalesLoss, seed);
    }

    /**
     * Updates all parameters with the gradients gathered since the last update, and clears them.
     *
     * @param rate the learning rate of a group
     * @param number updates of the run with this one, left out ones included
     * @param owner owner of the result
     * @return the global norm of the gradients before clipping, a scalar on the device
     */
    public NDArray update(ToDoubleFunction<ParameterGroup> rate, long number, NDManager owner) {
        try (NDManager temporary = manager.newSubManager()) {
            List<NDArray> found = gradients(temporary);
            NDArray norm =
                    gradients.update(
                            owner, found, places, scale, growth, step, overflow, leftOut, culprit);
            UpdateRule.Update update =
                    new UpdateRule.Update(
                            step,
                            overflow,
                            new StochasticRounding(
                                    temporary, RandomPurpose.ROUNDING.seed(seed, number)));
            int begin = 0;
            for (int i = 0; i < groups.size(); i++) {
                ParameterGroup group = groups.get(i);
                int end = begin + group.names().size();
                rules.get(i)
                        .apply(
                                temporary,
                                found.subList(begin, end),
                                rate.applyAsDouble(group),
                                group.weightDecay(),
                                update);
                begin = end;
            }
            return norm;
        }
    }

    private List<NDArray> gradients(NDManager owner) {
        List<NDArray> found = new ArrayList<>(parameters.size());
        for (NDArray parameter : parameters) {
            NDArray gradient = Autograd.gradient(parameter);
            gradient.attach(owner);
            found.add(gradient);
        }
        return found;
    }

    /**
     * Returns what the loss has to be multiplied by before the backward pass.
     *
     * @return a scalar on the device that updates change; 1 unless the loss is scaled
     */
    public NDArray lossScale() {
        return scale;
    }

    /**
     * Tells which updates were left out. Waits for the device.
     *
     * @return their counts, and what caused the last one
     */
    public LeftOut leftOut() {
        return leftOut(Transfers.doubles(counters()));
    }

    /** Returns what {@link #leftOut(double...)} needs to know, on the device. */
    List<NDArray> counters() {
        return List.of(leftOut, culprit);
    }

    /** Explains the values of {@link #counters()}. */
    LeftOut leftOut(double... counters) {
        long total = (long) counters[0];
        long place = (long) counters[2];
        Optional<String> name =
                IntStream.range(0, order.length)
                        .filter(i -> total > 0 && order[i] == place)
                        .mapToObj(names::get)
                        .findFirst();
        return new LeftOut(total, (long) counters[1], name);
    }

    /**
     * Returns everything that has to be saved and restored for training to go on as if it had not
     * stopped. Waits for the device where it keeps the state in the computer's memory.
     *
     * @return arrays by name, unmodifiable; overwriting them in place restores the state
     */
    public Map<String, NDArray> state() {
        if (waits) {
            Transfers.doubles(List.of(step));
        }
        Map<String, NDArray> state = new LinkedHashMap<>();
        rules.forEach(rule -> rule.addTo(state));
        state.put("step", step);
        state.put("left_out", leftOut);
        state.put("left_out.culprit", culprit);
        if (scales) {
            state.put("loss_scale", scale);
            state.put("loss_scale.growth", growth);
        }
        return Collections.unmodifiableMap(state);
    }

    @Override
    public void close() {
        manager.close();
    }
}
