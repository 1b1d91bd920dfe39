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
    private final List<NDArray> buffers;

    Sgd(NDManager manager, List<String> names, List<NDArray> parameters, OptimizerConfig config) {
        this.parameters = parameters;
        boolean remembers = config.momentum() > 0;
        this.names = remembers ? names : List.of();
        buffers = remembers ? UpdateRule.zerosLike(manager, parameters) : List.of();
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
            NDArray step,
            NDArray overflow) {
        kernel.update(temporary, parameters, gradients, buffers, overflow, rate, weightDecay);
    }

    @Override
    public void addTo(Map<String, NDArray> state) {
        for (int i = 0; i < names.size(); i++) {
            state.put(names.get(i) + ".momentum_buffer", buffers.get(i));
        }
    }
}
