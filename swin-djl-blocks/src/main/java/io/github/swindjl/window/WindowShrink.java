// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.window;

/** What a window larger than the token grid becomes when the network is built. */
public enum WindowShrink {
    /**
     * If the shorter side of the grid is at most the window, the window takes that side on both
     * axes and the block is not shifted: the official classifiers.
     */
    BOTH_AXES,
    /** Each axis by itself: timm. */
    PER_AXIS,
    /** The window keeps its size and the grid is padded: torchvision and the dense backbones. */
    NEVER
}
