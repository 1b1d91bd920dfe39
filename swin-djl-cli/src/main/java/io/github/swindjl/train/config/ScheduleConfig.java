// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.List;

/**
 * Learning rate over time.
 *
 * @param kind the curve after warm-up
 * @param warmupEpochs epochs of linear warm-up, may be a fraction
 * @param warmupLr learning rate of the first update at the reference batch
 * @param minLr learning rate of the last update at the reference batch, for {@link Kind#COSINE} and
 *     {@link Kind#LINEAR}
 * @param warmupPrefix whether the curve begins after warm-up, rather than with it
 * @param decayEpochs epochs between decays, for {@link Kind#STEP}; may be a fraction
 * @param milestones epochs at which the rate decays, rising, for {@link Kind#MULTISTEP}
 * @param decayRate factor of each decay, for {@link Kind#STEP} and {@link Kind#MULTISTEP}
 */
public record ScheduleConfig(
        Kind kind,
        double warmupEpochs,
        double warmupLr,
        double minLr,
        boolean warmupPrefix,
        double decayEpochs,
        List<Double> milestones,
        double decayRate) {

    /** The curve after warm-up. */
    public enum Kind {
        /** Half a period of a cosine, down to the least rate. */
        COSINE,
        /** A line, down to the least rate. */
        LINEAR,
        /** A decay at equal intervals. */
        STEP,
        /** A decay at each milestone. */
        MULTISTEP,
        /** A line to 0 that warm-up multiplies, as mmsegmentation has it. */
        POLY
    }

    public ScheduleConfig {
        Check.within("warmup_epochs", warmupEpochs, 0, Integer.MAX_VALUE);
        Check.within("warmup_lr", warmupLr, 0, Double.MAX_VALUE);
        Check.within("min_lr", minLr, 0, Double.MAX_VALUE);
        Check.positive("decay_epochs", decayEpochs);
        milestones = List.copyOf(milestones);
        for (int i = 0; i < milestones.size(); i++) {
            double least = i == 0 ? 0 : milestones.get(i - 1);
            Check.within("milestones." + i, milestones.get(i), least, Integer.MAX_VALUE);
        }
        if (kind == Kind.MULTISTEP && milestones.isEmpty()) {
            throw new ConfigException("milestones", "is empty, which multistep cannot use");
        }
        Check.within("decay_rate", decayRate, Double.MIN_VALUE, 1);
    }
}
