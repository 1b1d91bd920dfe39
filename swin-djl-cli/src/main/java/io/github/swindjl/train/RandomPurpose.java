// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.data.Seeds;

/**
 * What randomness is drawn for. Each purpose and each place in a run has a seed of its own, which
 * depends on nothing else: not on threads, not on what was drawn before, not on whether the run was
 * resumed.
 */
public enum RandomPurpose {
    /** The parameters that training begins with. */
    PARAMETERS(1),
    /** How pictures are changed; by epoch. */
    AUGMENTATION(2),
    /** Which residual branches are dropped; by forward pass. */
    DROP_PATH(3),
    /** How pictures are mixed; by batch, counted from the start of the run. */
    MIXING(4),
    /** Which parts of pictures are hidden; by epoch, -1 for validation. */
    MASKS(5),
    /** How moments that are kept in bfloat16 are rounded; by update. */
    ROUNDING(6);

    private final long stream;

    RandomPurpose(long stream) {
        this.stream = stream;
    }

    /**
     * Returns the seed for a place in a run.
     *
     * @param seed the run's seed
     * @param place the place, such as the epoch
     * @return the seed
     */
    public long seed(long seed, long place) {
        return Seeds.mix(stream, seed, place);
    }
}
