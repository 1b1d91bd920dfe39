// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.train.TrainConfig.OptimizerConfig.Moments;
import java.util.List;
import java.util.Map;

/**
 * AdamW, as PyTorch has it, with moments in float32 or, in half of the memory, in bfloat16.
 *
 * <p>DJL does not know bfloat16, so such moments are the bytes of their values.
 */
final class AdamW implements UpdateRule {

    private final Kernel kernel;
    private final List<String> names;
    private final List<NDArray> parameters;
    private final List<NDArray> first;
    private final List<NDArray> second;
    private final String suffix;

    AdamW(
            NDManager manager,
            List<String> names,
            List<NDArray> parameters,
            TrainConfig.OptimizerConfig config) {
        this.names = names;
        this.parameters = parameters;
        boolean halved = config.moments() == Moments.BF16;
        suffix = halved ? ".bf16" : "";
        first = moments(manager, halved);
        second = moments(manager, halved);
        kernel =
                Kernel.of(
                        AdamW.class,
                        halved ? "adamw_bf16.py" : "adamw.py",
                        Map.of(
                                "beta1", config.betas().get(0),
                                "beta2", config.betas().get(1),
                                "eps", config.eps()));
    }

    private List<NDArray> moments(NDManager manager, boolean halved) {
        if (!halved) {
            return UpdateRule.zerosLike(manager, parameters);
        }
        return parameters.stream()
                .map(p -> manager.zeros(new Shape(Short.BYTES * p.size()), DataType.UINT8))
                .toList();
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
            state.put(names.get(i) + ".exp_avg" + suffix, first.get(i));
            state.put(names.get(i) + ".exp_avg_sq" + suffix, second.get(i));
        }
    }
}
