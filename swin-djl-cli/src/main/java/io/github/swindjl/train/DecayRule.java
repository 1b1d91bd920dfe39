// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import java.util.List;

/** Which parameters have weight decay. */
public enum DecayRule {
    /** As in the official classification: matrices and convolutions, position tables excepted. */
    CLASSIFICATION {
        @Override
        boolean decays(String name, int dimensions) {
            return ParameterGroup.decays(name, dimensions);
        }
    },
    /**
     * As in the official segmentation: all whose name holds neither {@code norm} nor that of a
     * position table; biases and batch normalisation decay. What a V2 backbone has in place of
     * tables, and its scales, are left out as well.
     */
    SEGMENTATION {
        @Override
        boolean decays(String name, int dimensions) {
            return UNDECAYED.stream().noneMatch(name::contains);
        }
    },
    /**
     * As in the official SimMIM pre-training: all matrices and convolutions; position tables, their
     * networks and the scales of attention decay, too.
     */
    SIMMIM {
        @Override
        boolean decays(String name, int dimensions) {
            return ParameterGroup.decaysUnlessLeaf(name, dimensions);
        }
    };

    private static final List<String> UNDECAYED =
            List.of(
                    "absolute_pos_embed",
                    "relative_position_bias_table",
                    "norm",
                    "cpb_mlp",
                    "logit_scale");

    abstract boolean decays(String name, int dimensions);
}
