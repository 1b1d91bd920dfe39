// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.Arrays;

/**
 * The order in which a patch merging sees the four tokens that it joins.
 *
 * <p>Officially, the channels of the tokens at (row, column) (0,0), (1,0), (0,1), (1,1) follow each
 * other; OpenMMLab goes through the channels and has, for each, the tokens (0,0), (0,1), (1,0),
 * (1,1).
 */
final class MergingOrder {

    private static final int TOKENS = 4;

    private MergingOrder() {}

    /** Returns, for each official entry of the last axis, the one of OpenMMLab. */
    static int[] toOfficial(long... shape) {
        int size = shape.length == 0 ? 0 : Math.toIntExact(shape[shape.length - 1]);
        if (size == 0 || size % TOKENS != 0) {
            throw new IllegalArgumentException(
                    "is no input of a patch merging: " + Arrays.toString(shape));
        }
        int channels = size / TOKENS;
        int[] order = new int[size];
        for (int token = 0; token < TOKENS; token++) {
            // Rows and columns change places: 0, 2, 1, 3.
            int theirs = token % 2 * 2 + token / 2;
            for (int channel = 0; channel < channels; channel++) {
                order[token * channels + channel] = channel * TOKENS + theirs;
            }
        }
        return order;
    }

    /** Returns, for each entry of OpenMMLab's last axis, the official one. */
    static int[] fromOfficial(long... shape) {
        int[] order = toOfficial(shape);
        int[] inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            inverse[order[i]] = i;
        }
        return inverse;
    }
}
