// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.List;

/** Which parameters have weight decay. */
public enum DecayRule {
    /** As in the official classification: matrices and convolutions, position tables excepted. */
    CLASSIFICATION {
        @Override
        public boolean decays(String name, int dimensions) {
            return SIMMIM.decays(name, dimensions) && POSITIONS.stream().noneMatch(name::contains);
        }
    },
    /**
     * As in the official segmentation: all whose name holds neither {@code norm} nor that of a
     * position table; biases and batch normalisation decay. What a V2 backbone has in place of
     * tables, and its scales, are left out as well.
     */
    SEGMENTATION {
        @Override
        public boolean decays(String name, int dimensions) {
            return !name.contains("norm")
                    && !name.contains("absolute_pos_embed")
                    && POSITIONS.stream().noneMatch(name::contains);
        }
    },
    /**
     * As in the official SimMIM pre-training: all matrices and convolutions; position tables, their
     * networks and the scales of attention decay, too.
     */
    SIMMIM {
        @Override
        public boolean decays(String name, int dimensions) {
            String leaf = name.substring(name.lastIndexOf('.') + 1);
            return dimensions != 1 && !UNDECAYED_LEAVES.contains(leaf);
        }
    };

    /** Parts of names: the position tables, their networks and the scales of attention. */
    private static final List<String> POSITIONS =
            List.of("relative_position_bias_table", "cpb_mlp", "logit_scale");

    /** Last parts of names. */
    private static final List<String> UNDECAYED_LEAVES =
            List.of("bias", "absolute_pos_embed", "mask_token");

    /**
     * Tells whether a parameter has weight decay.
     *
     * @param name its Microsoft name
     * @param dimensions its number of dimensions
     * @return whether it has
     */
    public abstract boolean decays(String name, int dimensions);
}
