// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import java.util.List;

/**
 * Width, depths and heads of the published sizes.
 *
 * <p>The heads of H and G are not published; those here keep 32 channels a head as in all others.
 */
public enum SwinSize {
    /** Tiny. */
    T("tiny", 96, List.of(2, 2, 6, 2), List.of(3, 6, 12, 24), 0),
    /** Small. */
    S("small", 96, List.of(2, 2, 18, 2), List.of(3, 6, 12, 24), 0),
    /** Base. */
    B("base", 128, List.of(2, 2, 18, 2), List.of(4, 8, 16, 32), 0),
    /** Large. */
    L("large", 192, List.of(2, 2, 18, 2), List.of(6, 12, 24, 48), 0),
    /** Huge, V2 only. */
    H("huge", 352, List.of(2, 2, 18, 2), List.of(11, 22, 44, 88), 6),
    /** Giant, V2 only: three billion parameters. */
    G("giant", 512, List.of(2, 2, 42, 4), List.of(16, 32, 64, 128), 6);

    private final String title;
    private final int width;
    private final List<Integer> depths;
    private final List<Integer> heads;
    private final int extraNormEvery;

    SwinSize(
            String title,
            int width,
            List<Integer> depths,
            List<Integer> heads,
            int extraNormEvery) {
        this.title = title;
        this.width = width;
        this.depths = depths;
        this.heads = heads;
        this.extraNormEvery = extraNormEvery;
    }

    /**
     * Returns what the size is called.
     *
     * @return a word such as {@code tiny}
     */
    public String title() {
        return title;
    }

    int width() {
        return width;
    }

    List<Integer> depths() {
        return depths;
    }

    List<Integer> heads() {
        return heads;
    }

    int extraNormEvery() {
        return extraNormEvery;
    }
}
