// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

/**
 * When to save, and what to keep.
 *
 * @param every epochs between checkpoints, at least 1; the last epoch always makes one
 * @param everyUpdates updates between further checkpoints within an epoch, 0 for none
 * @param keep how many of the newest to keep, at least 1
 * @param keepBest how many of the best to keep besides, at least 1
 */
public record CheckpointConfig(int every, int everyUpdates, int keep, int keepBest) {

    public CheckpointConfig {
        Check.atLeast("every", every, 1);
        Check.atLeast("every_updates", everyUpdates, 0);
        Check.atLeast("keep", keep, 1);
        Check.atLeast("keep_best", keepBest, 1);
    }
}
