// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

/** What happens to an input whose sides patches, windows or merging do not divide. */
public enum Edges {
    /** It is refused: the official classifiers. */
    STRICT,
    /** Zeros are added at the bottom and right, everywhere: the official dense backbones. */
    PAD,
    /** As {@link #PAD}, but the patch embedding drops leftover pixels: torchvision. */
    DROP_LEFTOVER_PIXELS
}
