// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.Optional;

/** What a configuration may say about memory. */
public enum MemoryChoice {
    /** The quickest mode that fits the device. */
    AUTO(null),
    /** {@link MemoryMode#PLAIN}. */
    PLAIN(MemoryMode.PLAIN),
    /** {@link MemoryMode#STAGE}. */
    STAGE(MemoryMode.STAGE),
    /** {@link MemoryMode#BLOCK}. */
    BLOCK(MemoryMode.BLOCK),
    /** {@link MemoryMode#SEQUENTIAL}. */
    SEQUENTIAL(MemoryMode.SEQUENTIAL);

    private final MemoryMode mode;

    MemoryChoice(MemoryMode mode) {
        this.mode = mode;
    }

    /**
     * Returns the mode that was chosen.
     *
     * @return the mode, empty if the device decides
     */
    public Optional<MemoryMode> mode() {
        return Optional.ofNullable(mode);
    }
}
