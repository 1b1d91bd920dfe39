// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.train.config.StoppingConfig;
import java.util.List;

/** Tells when evaluations no longer get better. */
final class EarlyStopping {

    private EarlyStopping() {}

    /**
     * Looks back on a run.
     *
     * @param metrics every evaluation so far, in order; larger is better
     * @param config when to give up
     * @return whether the last {@code patience} evaluations all failed to beat the best one before
     *     them by more than {@code minDelta}
     */
    static boolean isDue(List<Double> metrics, StoppingConfig config) {
        if (config.patience() == 0) {
            return false;
        }
        double best = Double.NEGATIVE_INFINITY;
        int since = 0;
        for (double metric : metrics) {
            if (metric > best + config.minDelta()) {
                best = metric;
                since = 0;
            } else {
                since++;
            }
        }
        return since >= config.patience();
    }
}
