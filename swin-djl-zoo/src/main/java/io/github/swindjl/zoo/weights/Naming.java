// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules that turn an official name into a dialect's.
 *
 * <p>Within the texts, {@code {s}} is the stage, {@code {s+1}} and the like are derived from it,
 * {@code {b}} is the block and {@code {last}} the last stage. A module is renamed with everything
 * below it. {@code a.{query,key,value}} stands for three modules whose tensors, joined, are the
 * official one; {@code a[2]} for the last third of {@code a}.
 *
 * @param block what precedes the modules of a block
 * @param merging what precedes the modules of a patch merging
 * @param inBlock modules within a block, official to dialect
 * @param elsewhere modules outside the stages, official to dialect
 * @param channelsFirst modules of a patch merging whose input counts channels before positions
 * @param batchNorm name of a batch normalisation in a head
 */
record Naming(
        String block,
        String merging,
        Map<String, String> inBlock,
        Map<String, String> elsewhere,
        Set<String> channelsFirst,
        String batchNorm) {

    private static final String BATCH_NORM = "bn";
    private static final Pattern BLOCK =
            Pattern.compile("layers\\.(\\d+)\\.blocks\\.(\\d+)\\.(.+)");
    private static final Pattern MERGING = Pattern.compile("layers\\.(\\d+)\\.downsample\\.(.+)");
    private static final Pattern ALTERNATIVES = Pattern.compile("(.*)\\{(.+)}(.*)");
    private static final Pattern PART = Pattern.compile("(.*)\\[(\\d)]");

    Naming(String block, String merging, Map<String, String> inBlock, Map<String, String> rest) {
        this(block, merging, inBlock, rest, Set.of(), BATCH_NORM);
    }

    /** Returns the same rules with another name for a batch normalisation. */
    Naming withBatchNorm(String name) {
        return new Naming(block, merging, inBlock, elsewhere, channelsFirst, name);
    }

    /** Returns the same rules for a dialect whose patch mergings count channels first. */
    Naming withChannelsFirst(Set<String> modules) {
        return new Naming(block, merging, inBlock, elsewhere, modules, batchNorm);
    }

    /** Returns where a dialect has an official tensor of a classifier, or of a head. */
    Recipe recipe(String name, int stages) {
        Matcher inBlocks = BLOCK.matcher(name);
        if (inBlocks.matches()) {
            int stage = Integer.parseInt(inBlocks.group(1));
            String prefix = fill(block, stage, stages).replace("{b}", inBlocks.group(2));
            return expand(prefix, rename(inBlocks.group(3), inBlock));
        }
        Matcher merged = MERGING.matcher(name);
        if (merged.matches()) {
            String prefix = fill(merging, Integer.parseInt(merged.group(1)), stages);
            String rest = merged.group(2);
            Recipe recipe = Recipe.same(prefix + rest);
            boolean reordered = channelsFirst.contains(rest.substring(0, rest.indexOf('.')));
            return reordered ? recipe.channelsFirst() : recipe;
        }
        String renamed =
                rename(name, elsewhere).replace("." + BATCH_NORM + ".", "." + batchNorm + ".");
        return Recipe.same(fill(renamed, 0, stages));
    }

    private static String fill(String text, int stage, int stages) {
        return text.replace("{s}", Integer.toString(stage))
                .replace("{s+1}", Integer.toString(stage + 1))
                .replace("{2s+1}", Integer.toString(2 * stage + 1))
                .replace("{2s+2}", Integer.toString(2 * stage + 2))
                .replace("{last}", Integer.toString(stages - 1));
    }

    /** Renames the longest leading module that the table has. */
    private static String rename(String name, Map<String, String> table) {
        String module = name;
        while (!table.containsKey(module)) {
            int dot = module.lastIndexOf('.');
            if (dot < 0) {
                return name;
            }
            module = module.substring(0, dot);
        }
        return table.get(module) + name.substring(module.length());
    }

    private static Recipe expand(String prefix, String name) {
        Matcher alternatives = ALTERNATIVES.matcher(name);
        if (alternatives.matches()) {
            List<String> names = new ArrayList<>();
            for (String one : alternatives.group(2).split(",")) {
                names.add(prefix + alternatives.group(1) + one + alternatives.group(3));
            }
            return Recipe.joined(names);
        }
        Matcher part = PART.matcher(name);
        return part.matches()
                ? Recipe.part(prefix + part.group(1), Integer.parseInt(part.group(2)))
                : Recipe.same(prefix + name);
    }
}
