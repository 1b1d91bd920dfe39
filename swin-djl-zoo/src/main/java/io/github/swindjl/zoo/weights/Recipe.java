// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.List;

/**
 * How a dialect stores one tensor of the official dictionaries. Read in one direction it imports,
 * in the other it exports.
 *
 * @param kind the relation
 * @param names the dialect's tensors, without prefix
 * @param part for {@link Kind#PART}, which of {@link #PARTS} equal parts of the dialect's tensor
 */
record Recipe(Kind kind, List<String> names, int part) {

    /** Query, key and value. */
    static final int PARTS = 3;

    /** How tensors of two dialects relate. */
    enum Kind {
        /** The same values under another or the same name. */
        SAME,
        /** The official tensor is the dialect's tensors joined along the first axis. */
        JOINED,
        /** The official tensor is one part of the dialect's. */
        PART,
        /** The last axis of a patch merging counts channels before positions. */
        CHANNELS_FIRST
    }

    static Recipe same(String name) {
        return new Recipe(Kind.SAME, List.of(name), 0);
    }

    static Recipe joined(List<String> names) {
        return new Recipe(Kind.JOINED, names, 0);
    }

    static Recipe part(String name, int part) {
        return new Recipe(Kind.PART, List.of(name), part);
    }

    Recipe channelsFirst() {
        return new Recipe(Kind.CHANNELS_FIRST, names, 0);
    }
}
