// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

/**
 * When to evaluate.
 *
 * @param every epochs between evaluations, at least 1; the last epoch is always evaluated
 * @param batchSize pictures per forward pass, at least 1
 */
public record EvaluationConfig(int every, int batchSize) {

    public EvaluationConfig {
        Check.atLeast("every", every, 1);
        Check.atLeast("batch_size", batchSize, 1);
    }
}
