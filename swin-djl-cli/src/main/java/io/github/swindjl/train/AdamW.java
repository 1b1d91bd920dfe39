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
    private final Moments moments;

    AdamW(NDManager manager, List<String> names, List<NDArray> parameters, OptimizerConfig config) {
        this.names = names;
        this.parameters = parameters;
        moments = new Moments(manager, parameters, config.moments(), config.state());
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
            Update update) {
        moments.change(
                temporary,
                update.rounding(),
                (portion, moments) ->
                        kernel.update(
                                temporary,
                                portion.of(parameters),
                                portion.of(gradients),
                                moments.get(0),
                                moments.get(1),
                                update.step(),
                                update.overflow(),
                                rate,
                                weightDecay));
    }

    @Override
    public void addTo(Map<String, NDArray> state) {
        for (int i = 0; i < names.size(); i++) {
            state.put(names.get(i) + ".exp_avg", moments.kept(0).get(i));
            state.put(names.get(i) + ".exp_avg_sq", moments.kept(1).get(i));
        }
    }
}
