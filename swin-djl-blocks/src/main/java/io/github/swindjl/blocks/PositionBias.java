// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

/** How tokens learn where they are: the published form of each version and its ablations. */
public enum PositionBias {
    /** Not at all. */
    NONE,
    /** A learnt vector added to every token after the patch embedding. */
    ABSOLUTE,
    /** A learnt table of biases by relative position: V1. */
    RELATIVE,
    /** Both of the above. */
    ABSOLUTE_AND_RELATIVE,
    /** The table alone: attention weights do not depend on query and key. */
    RELATIVE_WITHOUT_QUERY_KEY,
    /** A small network over linearly spaced coordinates. */
    LINEAR_CPB,
    /** A small network over log-spaced coordinates: V2. */
    LOG_CPB;

    boolean isAbsolute() {
        return this == ABSOLUTE || this == ABSOLUTE_AND_RELATIVE;
    }

    boolean isTable() {
        return this == RELATIVE
                || this == ABSOLUTE_AND_RELATIVE
                || this == RELATIVE_WITHOUT_QUERY_KEY;
    }

    boolean isContinuous() {
        return this == LINEAR_CPB || this == LOG_CPB;
    }
}
