// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

/** How attention depends on relative position: the published form of each version and ablations. */
public enum PositionBias {
    /** Not at all. */
    NONE,
    /** A learnt table of biases by relative position: V1. */
    RELATIVE,
    /** The table alone: attention weights do not depend on query and key. */
    RELATIVE_WITHOUT_QUERY_KEY,
    /** A small network over linearly spaced coordinates. */
    LINEAR_CPB,
    /** A small network over log-spaced coordinates: V2. */
    LOG_CPB;

    boolean isTable() {
        return this == RELATIVE || this == RELATIVE_WITHOUT_QUERY_KEY;
    }

    boolean isContinuous() {
        return this == LINEAR_CPB || this == LOG_CPB;
    }
}
