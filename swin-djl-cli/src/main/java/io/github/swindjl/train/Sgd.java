// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.train.config.OptimizerConfig;
import java.util.List;
import java.util.Map;

/** Stochastic gradient descent with momentum and without dampening, as PyTorch has it. */
final class Sgd implements UpdateRule {

    private final Kernel kernel;
    private final List<String> names;
    private final List<NDArray> parameters;
    private final Moments moments;
    private final boolean remembers;

    Sgd(NDManager manager, List<String> names, List<NDArray> parameters, OptimizerConfig config) {
        this.names = names;
        this.parameters = parameters;
        remembers = config.moments() > 0;
        moments = new Moments(manager, parameters, config.moments(), config.state());
        kernel =
                Kernel.of(
                        Sgd.class,
                        "sgd.py",
                        Map.of(
                                "momentum", config.momentum(),
                                "nesterov", config.nesterov()));
    }

    @Override
    public void apply(
            NDManager temporary,
            List<NDArray> gradients,
            double rate,
            double weightDecay,
            Update update) {
        moments.change(
                temporary,
                update.rounding(),
                (portion, moments) ->
                        kernel.update(
                                temporary,
                                portion.of(parameters),
                                portion.of(gradients),
                                remembers ? moments.get(0) : List.of(),
                                update.overflow(),
                                rate,
                                weightDecay));
    }

    @Override
    public void addTo(Map<String, NDArray> state) {
        for (int i = 0; remembers && i < names.size(); i++) {
            state.put(names.get(i) + ".momentum_buffer", moments.kept(0).get(i));
        }
    }
}
