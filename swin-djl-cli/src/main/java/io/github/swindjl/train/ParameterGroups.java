// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which parameters weight decay applies to. Immutable.
 *
 * @param decayed names of parameters with weight decay, in the order given
 * @param undecayed names of parameters without, in the order given
 */
public record ParameterGroups(List<String> decayed, List<String> undecayed) {

    /** Parts of names; the position tables, their networks and the scales of attention. */
    private static final List<String> UNDECAYED =
            List.of("relative_position_bias_table", "cpb_mlp", "logit_scale");

    /** Last parts of names. */
    private static final List<String> UNDECAYED_LEAVES =
            List.of("bias", "absolute_pos_embed", "mask_token");

    /**
     * Copies the lists.
     *
     * @param decayed names of parameters with weight decay
     * @param undecayed names of parameters without
     */
    public ParameterGroups {
        decayed = List.copyOf(decayed);
        undecayed = List.copyOf(undecayed);
    }

    /**
     * Sorts parameters into the two groups of the official training.
     *
     * @param dimensions number of dimensions of each parameter, by its Microsoft name
     * @return the groups
     */
    public static ParameterGroups of(Map<String, Integer> dimensions) {
        List<String> decayed = new ArrayList<>();
        List<String> undecayed = new ArrayList<>();
        dimensions.forEach((name, count) -> (decays(name, count) ? decayed : undecayed).add(name));
        return new ParameterGroups(decayed, undecayed);
    }

    /** True for matrices and convolutions that are neither a bias nor a table of positions. */
    static boolean decays(String name, int dimensions) {
        String leaf = name.substring(name.lastIndexOf('.') + 1);
        return dimensions != 1
                && !UNDECAYED_LEAVES.contains(leaf)
                && UNDECAYED.stream().noneMatch(name::contains);
    }
}
