// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import io.github.swindjl.data.Erasure;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Pictures of one size and the labels of their pixels, ready for the device.
 *
 * @param pixels unsigned bytes, shape (N, height, width, 3), red first, in a direct buffer
 * @param labels unsigned bytes, shape (N, height, width), in a direct buffer
 * @param padding the parts beyond smaller pictures, to be made 0 after normalisation; their labels
 *     are {@link LabelMap#IGNORED}
 * @param size number of pictures, N
 * @param height rows
 * @param width columns
 */
public record LabelledBatch(
        ByteBuffer pixels,
        ByteBuffer labels,
        List<Erasure> padding,
        int size,
        int height,
        int width) {}
