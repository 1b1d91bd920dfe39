// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeastMemoryTest {

    private static SwinConfig config(int side, int window) {
        return SwinConfig.v2()
                .optImageSize(side, side)
                .optWidth(48)
                .optStages(List.of(2, 2), List.of(2, 4))
                .optWindow(window)
                .build();
    }

    @Test
    void picturesMapsAndTheLargestBiasAreCounted() {
        // 2 pictures of 3x64x64, twice 16x16 tokens of 48 channels, 4 heads of 64x64 offsets.
        long expected = 4L * (2 * (3 * 64 * 64 + 2 * 16 * 16 * 48) + 4 * 64 * 64);
        assertEquals(expected, LeastMemory.of(config(64, 8), 2));
    }

    @Test
    void windowsOfAnySideAreCountedWithoutOverflow() {
        assertTrue(LeastMemory.of(config(96_000, 99_999), 1) > 1L << 60);
    }
}
