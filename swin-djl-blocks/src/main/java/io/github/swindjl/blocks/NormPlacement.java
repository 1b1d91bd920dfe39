// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

/** Where a block and the patch merging normalise. */
public enum NormPlacement {
    /** Before attention and MLP, and before the reduction of a patch merging: V1. */
    PRE,
    /**
     * After attention and MLP, before the residual sum, and after the reduction of a patch merging:
     * V2, section 3.2 of arXiv 2111.09883. Block norms start at zero.
     */
    RESIDUAL_POST
}
