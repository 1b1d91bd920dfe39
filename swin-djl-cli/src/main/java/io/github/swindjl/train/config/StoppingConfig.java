// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

/**
 * When to end before the last epoch.
 *
 * @param patience evaluations in a row that may fail to be the best, 0 never to give up
 * @param minDelta by how much a better evaluation has to be better, at least 0
 */
public record StoppingConfig(int patience, double minDelta) {

    public StoppingConfig {
        Check.atLeast("patience", patience, 0);
        Check.within("min_delta", minDelta, 0, Double.MAX_VALUE);
    }
}
