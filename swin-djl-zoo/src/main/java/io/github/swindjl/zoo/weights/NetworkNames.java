// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of one network within a file: its dialect, its wrapper, and the official names of its
 * tensors.
 */
final class NetworkNames {

    private static final Set<String> BUFFERS =
            Set.of(
                    "relative_position_index",
                    "relative_coords_table",
                    "attn_mask",
                    "k_bias",
                    NetworkPart.BATCH_COUNTER);
    private static final int MOST_STAGES = 16;

    private final StateSource source;
    private final Wrapper wrapper;
    private final int stages;

    /** Names without prefixes and old spellings, to names in the file. */
    private final Map<String, String> files = new LinkedHashMap<>();

    private final List<String> buffers = new ArrayList<>();
    private final List<String> outside = new ArrayList<>();

    private NetworkNames(StateSource source, Wrapper wrapper) {
        this.source = source;
        Map<String, String> inner = new LinkedHashMap<>();
        for (String name : source.tensors().keySet()) {
            if (!name.startsWith(wrapper.container())) {
                outside.add(name);
            } else if (BUFFERS.contains(name.substring(name.lastIndexOf('.') + 1))) {
                buffers.add(name);
            }
            if (name.startsWith(wrapper.prefix())) {
                inner.put(modern(name.substring(wrapper.prefix().length())), name);
            } else if (name.startsWith(wrapper.container())) {
                files.put(modern(name.substring(wrapper.container().length())), name);
            }
        }
        files.putAll(inner);
        this.wrapper = wrapper.as(refine(wrapper));
        this.stages = countStages();
    }

    /**
     * Finds the network in a file.
     *
     * @param source the file
     * @param averaged whether averaged weights are preferred where a file has both
     * @return its names
     * @throws StateException if there is none
     */
    static NetworkNames find(StateSource source, boolean averaged) throws StateException {
        Set<String> names = source.tensors().keySet();
        List<Wrapper> found = Wrapper.find(names);
        if (found.isEmpty()) {
            List<String> first = names.stream().limit(5).toList();
            throw new StateException(
                    source.file(),
                    "holds no Swin Transformer that is known: of its "
                            + names.size()
                            + " tensors (first: "
                            + String.join(", ", first)
                            + ") none is a patch embedding, which is called "
                            + String.join(
                                    " or ",
                                    Arrays.stream(Dialect.values())
                                            .map(Dialect::anchor)
                                            .distinct()
                                            .toList())
                            + ". Give a file with the weights of a Swin Transformer.");
        }
        return new NetworkNames(source, Wrapper.choose(found, averaged));
    }

    /** Spellings of early releases. */
    private static String modern(String name) {
        return name.replace(".rpe_mlp.", ".cpb_mlp.").replace(".v2_logit_scale", ".logit_scale");
    }

    /** Tells apart what the patch embedding alone does not. */
    private Dialect refine(Wrapper wrapper) {
        return switch (wrapper.dialect()) {
            case MICROSOFT, TIMM, SIMMIM -> {
                if (wrapper.part().equals("encoder.")) {
                    yield Dialect.SIMMIM;
                }
                boolean early = files.containsKey("layers.0.downsample.reduction.weight");
                boolean late = files.containsKey("layers.1.downsample.reduction.weight");
                boolean timm = late && !early || files.containsKey("head.fc.weight");
                yield timm ? Dialect.TIMM : Dialect.MICROSOFT;
            }
            case HUGGING_FACE, HUGGING_FACE_5 ->
                    files.containsKey("encoder.layers.0.blocks.0.attention.q_proj.weight")
                            ? Dialect.HUGGING_FACE_5
                            : Dialect.HUGGING_FACE;
            case OPEN_MMLAB, OPEN_MMLAB_V2 ->
                    files.containsKey("stages.0.blocks.0.attn.w_msa.logit_scale")
                            ? Dialect.OPEN_MMLAB_V2
                            : Dialect.OPEN_MMLAB;
            case TORCHVISION -> Dialect.TORCHVISION;
        };
    }

    private int countStages() {
        int count = 0;
        while (count < MOST_STAGES && blocks(count) > 0) {
            count++;
        }
        return count;
    }

    /** Returns the number of blocks that a stage of the file has. */
    private int blocks(int stage) {
        int block = 0;
        while (tensor("layers." + stage + ".blocks." + block + ".norm1.weight").isPresent()) {
            block++;
        }
        return block;
    }

    Dialect dialect() {
        return wrapper.dialect();
    }

    /** Returns what stood before the network's names. */
    String wrapper() {
        return wrapper.prefix();
    }

    /** Returns the number of stages in the file. */
    int stages() {
        return stages;
    }

    /** Returns the buffers that the file holds, under the file's names. */
    List<String> buffers() {
        return buffers;
    }

    /** Returns the tensors that do not belong to this network, under the file's names. */
    List<String> outside() {
        return outside;
    }

    /** Returns the file's names of all tensors of the network that are no buffers. */
    List<String> parameters() {
        List<String> names = new ArrayList<>(files.values());
        names.removeAll(buffers);
        return names;
    }

    /** Returns where the file's dialect has an official tensor. */
    Recipe recipe(String name) {
        return dialect().recipe(NetworkPart.inner(name), stages);
    }

    /** Returns what a tensor is called in the file if it is not renamed. */
    String unrenamed(String name) {
        boolean head = !NetworkPart.isWithin(name) && name.contains("_head.");
        return (head ? wrapper.container() : wrapper.prefix()) + NetworkPart.inner(name);
    }

    /**
     * Returns the file's names of the tensors that an official tensor is made of.
     *
     * @param name the official name
     * @return the names, or empty if one of them is not in the file
     */
    List<String> files(String name) {
        List<String> names = new ArrayList<>();
        for (String part : recipe(name).names()) {
            String file = files.get(part);
            if (file == null) {
                return List.of();
            }
            names.add(file);
        }
        return names;
    }

    /**
     * Returns a tensor by its official name.
     *
     * @param name the official name
     * @return its values, read when asked for, or empty if the file lacks it
     * @throws IllegalArgumentException if the file has its parts in shapes that do not fit together
     */
    Optional<LazyTensor> tensor(String name) {
        List<LazyTensor> parts = new ArrayList<>();
        for (String file : files(name)) {
            parts.add(LazyTensor.of(source, file));
        }
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        Recipe recipe = recipe(name);
        LazyTensor first = parts.get(0);
        return Optional.of(
                switch (recipe.kind()) {
                    case SAME -> first;
                    case JOINED -> LazyTensor.join(parts);
                    case PART -> part(first, recipe.part());
                    case CHANNELS_FIRST ->
                            LazyTensor.reorder(first, MergingOrder.toOfficial(first.shape()));
                });
    }

    private static LazyTensor part(LazyTensor whole, int part) {
        long rows = whole.shape().length == 0 ? 0 : whole.shape()[0];
        if (rows == 0 || rows % Recipe.PARTS != 0) {
            throw new IllegalArgumentException(
                    "does not divide into query, key and value: " + Arrays.toString(whole.shape()));
        }
        long each = rows / Recipe.PARTS;
        return LazyTensor.rows(whole, part * each, each);
    }

    /** Describes the network of the file in a few words, as far as its tensors tell. */
    String description() {
        List<Integer> depths = new ArrayList<>();
        for (int stage = 0; stage < stages; stage++) {
            depths.add(blocks(stage));
        }
        boolean cosine = tensor("layers.0.blocks.0.attn.logit_scale").isPresent();
        String width =
                tensor("patch_embed.proj.weight")
                        .map(LazyTensor::shape)
                        .filter(shape -> shape.length > 0)
                        .map(shape -> Long.toString(shape[0]))
                        .orElse("?");
        return (cosine ? "V2" : "V1") + " of width " + width + " and depths " + depths;
    }
}
