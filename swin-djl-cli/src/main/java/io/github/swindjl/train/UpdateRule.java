// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.train.config.OptimizerConfig;
import java.util.List;
import java.util.Map;

/** How gradients change a group of parameters, with what is remembered from update to update. */
interface UpdateRule {

    /**
     * What all groups share in an update.
     *
     * @param step a scalar on the device that counts the updates, this one included
     * @param overflow a scalar on the device; where it is 1 the parameters stay
     * @param rounding how what is remembered in bfloat16 is rounded
     */
    record Update(NDArray step, NDArray overflow, StochasticRounding rounding) {}

    /**
     * Updates the parameters in place and clears their gradients.
     *
     * @param temporary manager of what the call leaves behind
     * @param gradients the parameters' gradients, in the group's order
     * @param rate the learning rate
     * @param weightDecay the weight decay
     * @param update what it shares with other groups
     */
    void apply(
            NDManager temporary,
            List<NDArray> gradients,
            double rate,
            double weightDecay,
            Update update);

    /** Adds what has to be saved, by names built from the parameters'. */
    void addTo(Map<String, NDArray> state);

    /** Returns the rule that a configuration asks for; the manager owns what it remembers. */
    static UpdateRule of(
            NDManager manager,
            List<String> names,
            List<NDArray> parameters,
            OptimizerConfig config) {
        return switch (config.name()) {
            case ADAMW -> new AdamW(manager, names, parameters, config);
            case SGD -> new Sgd(manager, names, parameters, config);
        };
    }
}
