// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.train.config.OptimizerConfig;
import java.util.List;
import java.util.Map;

/** AdamW, as PyTorch has it. */
final class AdamW implements UpdateRule {

    private final Kernel kernel;
    private final List<String> names;
    private final List<NDArray> parameters;
    private final List<NDArray> first;
    private final List<NDArray> second;

    AdamW(NDManager manager, List<String> names, List<NDArray> parameters, OptimizerConfig config) {
        this.names = names;
        this.parameters = parameters;
        first = UpdateRule.zerosLike(manager, parameters);
        second = UpdateRule.zerosLike(manager, parameters);
        kernel =
                Kernel.of(
                        AdamW.class,
                        "adamw.py",
                        Map.of(
                                "beta1", config.betas().get(0),
                                "beta2", config.betas().get(1),
                                "eps", config.eps()));
    }

    @Override
    public void apply(
            NDManager temporary,
            List<NDArray> gradients,
            double rate,
            double weightDecay,
            NDArray step,
            NDArray overflow) {
        kernel.update(
                temporary, parameters, gradients, first, second, step, overflow, rate, weightDecay);
    }

    @Override
    public void addTo(Map<String, NDArray> state) {
        for (int i = 0; i < names.size(); i++) {
            state.put(names.get(i) + ".exp_avg", first.get(i));
            state.put(names.get(i) + ".exp_avg_sq", second.get(i));
        }
    }
}
