// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

/** How the similarity of query and key is measured. */
public enum AttentionKind {
    /** Dot product scaled by 1/√d, with a bias for queries, keys and values: V1. */
    DOT_PRODUCT,
    /**
     * Cosine times a learnt factor of at most 100, with a bias for queries and values only: V2,
     * section 3.2 of arXiv 2111.09883.
     */
    COSINE
}
