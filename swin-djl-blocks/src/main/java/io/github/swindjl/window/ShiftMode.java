// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

/** How every second block moves its windows (section 4.3 of arXiv 2103.14030). */
public enum ShiftMode {
    /** Rolls the grid and masks what was not adjacent: the published networks. */
    CYCLIC,
    /** Adds windows at the border, padded and masked: slower, the same result. */
    PADDED,
    /** Does not move them: the ablation without shift. */
    NONE
}
