// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What counts as a layer where the learning rate decays from layer to layer.
 *
 * <p>Both rules number the stem 0, each block by its place in the network from 1, and the head
 * last, so that a network of n blocks has n + 2 layers.
 */
public enum LayerRule {
    /**
     * The official fine-tuning of SimMIM: a merging belongs to the block before it, the last norm
     * and the absolute position to the head. Where a schedule begins its warm-up and where it ends
     * is the same for all layers.
     */
    OFFICIAL {
        @Override
        int merging(int blocksBefore) {
            return blocksBefore;
        }

        @Override
        int other(String name, int blocks) {
            return blocks + 1;
        }
    },
    /**
     * timm's: a merging belongs to the block after it, the last norm to the last block, the
     * absolute position to the stem. The whole schedule is scaled.
     */
    TIMM {
        @Override
        int merging(int blocksBefore) {
            return blocksBefore + 1;
        }

        @Override
        int other(String name, int blocks) {
            if (name.equals("absolute_pos_embed")) {
                return 0;
            }
            return name.startsWith("norm.") ? blocks : blocks + 1;
        }
    };

    private static final Pattern BLOCK = Pattern.compile("layers\\.(\\d+)\\.blocks\\.(\\d+)\\..*");
    private static final Pattern MERGING = Pattern.compile("layers\\.(\\d+)\\.downsample\\..*");

    abstract int merging(int blocksBefore);

    abstract int other(String name, int blocks);

    /**
     * Numbers the layers of a network.
     *
     * @param names Microsoft names of all its parameters, trained or not
     * @return for each name how many layers lie between it and the head, in the order given
     */
    public List<Integer> distances(Collection<String> names) {
        List<Integer> depths = depths(names);
        int blocks = before(depths, depths.size());
        return names.stream().map(name -> blocks + 1 - layer(name, depths, blocks)).toList();
    }

    private int layer(String name, List<Integer> depths, int blocks) {
        Matcher block = BLOCK.matcher(name);
        if (block.matches()) {
            int stage = Integer.parseInt(block.group(1));
            return before(depths, stage) + Integer.parseInt(block.group(2)) + 1;
        }
        Matcher merging = MERGING.matcher(name);
        if (merging.matches()) {
            return merging(before(depths, Integer.parseInt(merging.group(1)) + 1));
        }
        if (name.startsWith("patch_embed.") || name.equals("mask_token")) {
            return 0;
        }
        return other(name, blocks);
    }

    private static int before(List<Integer> depths, int stage) {
        return depths.subList(0, stage).stream().mapToInt(Integer::intValue).sum();
    }

    private static List<Integer> depths(Collection<String> names) {
        List<Integer> depths = new ArrayList<>();
        for (String name : names) {
            Matcher block = BLOCK.matcher(name);
            if (block.matches()) {
                int stage = Integer.parseInt(block.group(1));
                while (depths.size() <= stage) {
                    depths.add(0);
                }
                depths.set(
                        stage, Math.max(depths.get(stage), Integer.parseInt(block.group(2)) + 1));
            }
        }
        return depths;
    }
}
