// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.List;

/**
 * Length and batches.
 *
 * @param epochs passes over the data, at least 1
 * @param batchSize pictures per forward pass, at least 1
 * @param accumulate forward passes per update, at least 1
 * @param labelSmoothing probability spread over all classes, from 0 to 1
 * @param dropPath share of residual branches dropped in the deepest block, from 0 to 0.99
 * @param freeze parts that stay as they are: names of parameters, whole or up to a dot, or {@code
 *     backbone} for everything but the head
 * @param skipLimit updates in a row left out for gradients that are not finite, after which the run
 *     stops, at least 1
 */
public record TrainingConfig(
        int epochs,
        int batchSize,
        int accumulate,
        double labelSmoothing,
        double dropPath,
        List<String> freeze,
        int skipLimit) {

    public TrainingConfig {
        Check.atLeast("epochs", epochs, 1);
        Check.atLeast("batch_size", batchSize, 1);
        Check.atLeast("accumulate", accumulate, 1);
        Check.within("label_smoothing", labelSmoothing, 0, 1);
        Check.within("drop_path", dropPath, 0, 0.99);
        freeze = List.copyOf(freeze);
        Check.atLeast("skip_limit", skipLimit, 1);
    }
}
