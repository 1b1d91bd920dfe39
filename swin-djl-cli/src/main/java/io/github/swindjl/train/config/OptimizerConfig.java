// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How gradients change parameters.
 *
 * @param name the rule
 * @param lr peak learning rate at the reference batch, above 0
 * @param referenceBatch pictures per update at which {@code lr} holds; other batches scale it in
 *     proportion
 * @param weightDecay weight decay, from 0 to 1; decoupled for AdamW, added to the gradient for SGD
 * @param betas AdamW's decay of the first and second moment, each from 0 to below 1
 * @param eps AdamW's addition to the root of the second moment, above 0
 * @param momentum SGD's momentum, from 0 to below 1
 * @param nesterov whether SGD looks ahead, which needs a momentum
 * @param clipNorm largest global gradient norm, 0 not to clip
 * @param layerDecay factor of the learning rate from each layer to the one before, above 0 to 1
 * @param layerRule what a layer is, and what the factor applies to
 * @param rates factors of the learning rate by parts of the network: names of parameters, whole or
 *     up to a dot
 * @param decayRule which parameters have weight decay
 * @param state how moments are kept between updates, {@link StateStorage#FLOAT32} if the rule has
 *     none
 */
public record OptimizerConfig(
        Rule name,
        double lr,
        int referenceBatch,
        double weightDecay,
        List<Double> betas,
        double eps,
        double momentum,
        boolean nesterov,
        double clipNorm,
        double layerDecay,
        LayerRule layerRule,
        Map<String, Object> rates,
        DecayRule decayRule,
        StateStorage state) {

    private static final double BELOW_ONE = Math.nextDown(1.0);

    /** How gradients change parameters. */
    public enum Rule {
        /** AdamW (arXiv 1711.05101). */
        ADAMW,
        /** Stochastic gradient descent with momentum, as PyTorch has it. */
        SGD
    }

    public OptimizerConfig {
        Check.positive("lr", lr);
        Check.atLeast("reference_batch", referenceBatch, 1);
        Check.within("weight_decay", weightDecay, 0, 1);
        if (betas.size() != 2) {
            throw new ConfigException("betas", "found " + betas.size() + " numbers, expected 2");
        }
        Check.within("betas.0", betas.get(0), 0, BELOW_ONE);
        Check.within("betas.1", betas.get(1), 0, BELOW_ONE);
        betas = List.copyOf(betas);
        Check.positive("eps", eps);
        Check.within("momentum", momentum, 0, BELOW_ONE);
        if (nesterov && (name != Rule.SGD || momentum == 0)) {
            throw new ConfigException(
                    "nesterov", "found true, which needs the rule sgd and a momentum above 0");
        }
        Check.within("clip_norm", clipNorm, 0, Double.MAX_VALUE);
        Check.within("layer_decay", layerDecay, Double.MIN_VALUE, 1);
        rates.forEach(OptimizerConfig::checkRate);
        if (state != StateStorage.FLOAT32 && moments(name, momentum) == 0) {
            throw new ConfigException(
                    "state",
                    "found "
                            + state.name().toLowerCase(Locale.ROOT)
                            + ", but sgd without momentum has no state to keep");
        }
    }

    /**
     * Returns the same with moments kept otherwise.
     *
     * @param other how they are kept
     * @return the configuration
     */
    public OptimizerConfig with(StateStorage other) {
        return new OptimizerConfig(
                name,
                lr,
                referenceBatch,
                weightDecay,
                betas,
                eps,
                momentum,
                nesterov,
                clipNorm,
                layerDecay,
                layerRule,
                rates,
                decayRule,
                other);
    }

    /**
     * Returns what the rule remembers.
     *
     * @return numbers for each trained value: moments of AdamW, the momentum of SGD
     */
    public int moments() {
        return moments(name, momentum);
    }

    private static int moments(Rule name, double momentum) {
        return switch (name) {
            case ADAMW -> 2;
            case SGD -> momentum > 0 ? 1 : 0;
        };
    }

    private static void checkRate(String part, Object factor) {
        if (!(factor instanceof Number number)) {
            throw new ConfigException("rates." + part, "found '" + factor + "', expected a number");
        }
        Check.positive("rates." + part, number.doubleValue());
    }
}
