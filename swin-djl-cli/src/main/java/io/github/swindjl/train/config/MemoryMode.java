// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.blocks.Recomputation;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a training pass keeps for its backward pass, from the quickest to the smallest. What is
 * learnt does not depend on it but for rounding.
 */
public enum MemoryMode {
    /** Everything that gradients need. */
    PLAIN("everything is kept for the backward pass", Recomputation.Unit.NONE),
    /** The maps between stages; what lies inside a stage is computed again. */
    STAGE("stages are computed twice", Recomputation.Unit.STAGE),
    /** The maps between blocks; what lies inside a block is computed again. */
    BLOCK("blocks are computed twice", Recomputation.Unit.BLOCK),
    /**
     * As {@link #BLOCK}, and of attention's scores only {@link #SCORE_BYTES} at once: for windows
     * so large, or pictures so many, that one block's scores are too much.
     */
    SEQUENTIAL(
            "blocks are computed twice, and attention a few windows at a time",
            () -> Recomputation.ofBlocks(MemoryMode.SCORE_BYTES));

    /** The scores that may exist at once in {@link #SEQUENTIAL}, in bytes. */
    public static final long SCORE_BYTES = 64L << 20;

    private final String meaning;
    private final Supplier<Recomputation> passes;

    MemoryMode(String meaning, Recomputation.Unit unit) {
        this(meaning, () -> new Recomputation(unit));
    }

    MemoryMode(String meaning, Supplier<Recomputation> passes) {
        this.meaning = meaning;
        this.passes = passes;
    }

    /**
     * Returns the modes that keep less, the quickest first. {@link #STAGE} is none of them: it
     * takes as much time as {@link #BLOCK} and keeps more.
     *
     * @return {@link #BLOCK} and {@link #SEQUENTIAL}, or what is left of them after this
     */
    public List<MemoryMode> smaller() {
        return Stream.of(BLOCK, SEQUENTIAL).filter(mode -> mode.compareTo(this) > 0).toList();
    }

    /**
     * Begins a training pass.
     *
     * @return what carries out its backward pass; the caller closes it
     */
    public Recomputation begin() {
        return passes.get();
    }

    /**
     * Returns what happens in words.
     *
     * @return a clause without a full stop
     */
    public String meaning() {
        return meaning;
    }
}
