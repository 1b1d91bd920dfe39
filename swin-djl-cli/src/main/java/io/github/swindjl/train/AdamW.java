// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Kernel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW with clipping by the global norm of the gradients, as PyTorch has it: one call of one
 * kernel updates all parameters, without waiting for the device.
 *
 * <p>An update whose gradients hold an infinity or NaN is left out. Owns its state on the
 * parameters' device until closed; the parameters stay their owner's. Not thread-safe.
 */
public final class AdamW implements AutoCloseable {

    private static final float FIRST_SCALE = 65536;

    private final NDManager manager;
    private final Kernel kernel;
    private final Group decayed;
    private final Group undecayed;
    private final NDArray step;
    private final NDArray scale;
    private final NDArray growth;
    private final boolean scales;

    /** Parameters that share their weight decay, and their moments, in the same order. */
    private record Group(
            List<String> names, List<NDArray> values, List<NDArray> first, List<NDArray> second) {

        static Group of(NDManager manager, List<String> names, Map<String, NDArray> parameters) {
            List<NDArray> values = names.stream().map(parameters::get).toList();
            return new Group(names, values, zeros(manager, values), zeros(manager, values));
        }

        private static List<NDArray> zeros(NDManager manager, List<NDArray> values) {
            return values.stream()
                    .map(value -> manager.zeros(value.getShape(), value.getDataType()))
                    .toList();
        }

        List<NDArray> gradients(NDManager owner) {
            List<NDArray> gradients = new ArrayList<>(values.size());
            for (NDArray value : values) {
                NDArray gradient = Autograd.gradient(value);
                gradient.attach(owner);
                gradients.add(gradient);
            }
            return gradients;
        }

        void addTo(Map<String, NDArray> state) {
            for (int i = 0; i < names.size(); i++) {
                state.put(names.get(i) + ".exp_avg", first.get(i));
                state.put(names.get(i) + ".exp_avg_sq", second.get(i));
            }
        }
    }

    /**
     * Creates an optimizer whose moments are zero.
     *
     * @param parameters the parameters by their Microsoft names, float32, on one device
     * @param config rates of decay, weight decay and the largest norm
     * @param scalesLoss whether the loss is multiplied by {@link #lossScale()} before the backward
     *     pass, which float16 needs
     * @throws IllegalArgumentException if there is no parameter
     */
    public AdamW(
            Map<String, NDArray> parameters,
            TrainConfig.OptimizerConfig config,
            boolean scalesLoss) {
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException("There is no parameter to optimize");
        }
        Map<String, Integer> dimensions = new LinkedHashMap<>();
        parameters.forEach((name, array) -> dimensions.put(name, array.getShape().dimension()));
        ParameterGroups groups = ParameterGroups.of(dimensions);
        manager = parameters.values().iterator().next().getManager().newSubManager();
        decayed = Group.of(manager, groups.decayed(), parameters);
        undecayed = Group.of(manager, groups.undecayed(), parameters);
        step = manager.zeros(new Shape(), DataType.FLOAT32);
        scale = manager.full(new Shape(), scalesLoss ? FIRST_SCALE : 1f, DataType.FLOAT32);
        growth = manager.zeros(new Shape(), DataType.INT32);
        scales = scalesLoss;
        kernel =
                Kernel.of(
                        AdamW.class,
                        "adamw.py",
                        Map.of(
                                "beta1", config.betas().get(0),
                                "beta2", config.betas().get(1),
                                "eps", config.eps(),
                                "weight_decay", config.weightDecay(),
                                "clips", config.clipNorm() > 0,
                                "clip_norm", config.clipNorm(),
                                "scales", scalesLoss));
    }

    /**
     * Updates all parameters with the gradients gathered since the last update, and clears them.
     *
     * @param rate the learning rate
     * @param owner owner of the result
     * @return the global norm of the gradients before clipping, a scalar on the device
     */
    public NDArray update(double rate, NDManager owner) {
        try (NDManager temporary = manager.newSubManager()) {
            return kernel.update(
                    owner,
                    decayed.values(),
                    decayed.gradients(temporary),
                    decayed.first(),
                    decayed.second(),
                    undecayed.values(),
                    undecayed.gradients(temporary),
                    undecayed.first(),
                    undecayed.second(),
                    step,
                    scale,
                    growth,
                    rate);
        }
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
     * Returns everything that has to be saved and restored for training to go on as if it had not
     * stopped.
     *
     * @return arrays by name, unmodifiable; overwriting them in place restores the state
     */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        decayed.addTo(state);
        undecayed.addTo(state);
        state.put("step", step);
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
