// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.Map;
import java.util.Set;

/**
 * A family of names for the tensors of a Swin Transformer, told apart by the names themselves.
 *
 * <p>The official names are Microsoft's; timm before 0.9 and this project use the same.
 */
public enum Dialect {
    /** The official code, timm before 0.9, and this project. */
    MICROSOFT(
            "Microsoft",
            "patch_embed.proj.weight",
            new Naming("layers.{s}.blocks.{b}.", "layers.{s}.downsample.", Map.of(), Map.of())),

    /** timm from 0.9 on: a patch merging belongs to the stage it leads to. */
    TIMM(
            "timm",
            "patch_embed.proj.weight",
            new Naming(
                    "layers.{s}.blocks.{b}.",
                    "layers.{s+1}.downsample.",
                    Map.of(),
                    Map.of("head", "head.fc"))),

    /** torchvision: one list of stem, stages and mergings; V2 joins the biases. */
    TORCHVISION(
            "torchvision",
            "features.0.0.weight",
            new Naming(
                    "features.{2s+1}.{b}.",
                    "features.{2s+2}.",
                    Map.of(
                            "attn.q_bias", "attn.qkv.bias[0]",
                            "attn.v_bias", "attn.qkv.bias[2]",
                            "mlp.fc1", "mlp.0",
                            "mlp.fc2", "mlp.3"),
                    Map.of(
                            "patch_embed.proj",
                            "features.0.0",
                            "patch_embed.norm",
                            "features.0.2"))),

    /** Hugging Face Transformers: the files on the hub. */
    HUGGING_FACE(
            "Hugging Face",
            "embeddings.patch_embeddings.projection.weight",
            new Naming(
                            "encoder.layers.{s}.blocks.{b}.",
                            "encoder.layers.{s}.downsample.",
                            Map.ofEntries(
                                    Map.entry("norm1", "layernorm_before"),
                                    Map.entry("norm2", "layernorm_after"),
                                    Map.entry("attn.qkv", "attention.self.{query,key,value}"),
                                    Map.entry("attn.q_bias", "attention.self.query.bias"),
                                    Map.entry("attn.v_bias", "attention.self.value.bias"),
                                    Map.entry("attn.proj", "attention.output.dense"),
                                    Map.entry("attn.logit_scale", "attention.self.logit_scale"),
                                    Map.entry(
                                            "attn.cpb_mlp",
                                            "attention.self.continuous_position_bias_mlp"),
                                    Map.entry(
                                            "attn.relative_position_bias_table",
                                            "attention.self.relative_position_bias_table"),
                                    Map.entry(
                                            "attn.relative_position_index",
                                            "attention.self.relative_position_index"),
                                    Map.entry("mlp.fc1", "intermediate.dense"),
                                    Map.entry("mlp.fc2", "output.dense")),
                            HuggingFaceNames.ELSEWHERE)
                    .withBatchNorm("batch_norm")),

    /** The module names of Transformers 5, which V1 models have in memory. */
    HUGGING_FACE_5(
            "Hugging Face (Transformers 5)",
            "embeddings.patch_embeddings.projection.weight",
            new Naming(
                            "encoder.layers.{s}.blocks.{b}.",
                            "encoder.layers.{s}.downsample.",
                            Map.of(
                                    "norm1", "layernorm_before",
                                    "norm2", "layernorm_after",
                                    "attn.qkv", "attention.{q_proj,k_proj,v_proj}",
                                    "attn.proj", "attention.o_proj",
                                    "attn.relative_position_bias_table",
                                            "attention.relative_position_bias.relative_position_bias_table",
                                    "attn.relative_position_index",
                                            "attention.relative_position_bias.relative_position_index"),
                            HuggingFaceNames.ELSEWHERE)
                    .withBatchNorm("batch_norm")),

    /** SimMIM pre-training: the official names below {@code encoder}. */
    SIMMIM("SimMIM", "patch_embed.proj.weight", MICROSOFT.naming),

    /** OpenMMLab, V1. */
    OPEN_MMLAB(
            "OpenMMLab",
            "patch_embed.projection.weight",
            new Naming(
                            "stages.{s}.blocks.{b}.",
                            "stages.{s}.downsample.",
                            OpenMmlabNames.IN_BLOCK,
                            OpenMmlabNames.ELSEWHERE)
                    .withChannelsFirst(Set.of("norm", "reduction"))),

    /** OpenMMLab, V2: a patch merging belongs to the stage it leads to, its norm comes after. */
    OPEN_MMLAB_V2(
            "OpenMMLab (V2)",
            "patch_embed.projection.weight",
            new Naming(
                            "stages.{s}.blocks.{b}.",
                            "stages.{s+1}.downsample.",
                            OpenMmlabNames.IN_BLOCK,
                            OpenMmlabNames.ELSEWHERE)
                    .withChannelsFirst(Set.of("reduction")));

    /** Both forms of Hugging Face's names share these. */
    private static final class HuggingFaceNames {
        static final Map<String, String> ELSEWHERE =
                Map.ofEntries(
                        Map.entry("patch_embed.proj", "embeddings.patch_embeddings.projection"),
                        Map.entry("patch_embed.norm", "embeddings.norm"),
                        Map.entry("absolute_pos_embed", "embeddings.position_embeddings"),
                        Map.entry("mask_token", "embeddings.mask_token"),
                        Map.entry("norm", "layernorm"),
                        Map.entry("norm0", "hidden_states_norms.stage1"),
                        Map.entry("norm1", "hidden_states_norms.stage2"),
                        Map.entry("norm2", "hidden_states_norms.stage3"),
                        Map.entry("norm3", "hidden_states_norms.stage4"),
                        Map.entry("head", "classifier"),
                        Map.entry("decode_head.conv_seg", "decode_head.classifier"),
                        Map.entry("auxiliary_head.conv_seg", "auxiliary_head.classifier"));
    }

    /** Both generations of OpenMMLab share these. */
    private static final class OpenMmlabNames {
        static final Map<String, String> IN_BLOCK =
                Map.of(
                        "attn", "attn.w_msa",
                        "mlp.fc1", "ffn.layers.0.0",
                        "mlp.fc2", "ffn.layers.1");
        static final Map<String, String> ELSEWHERE =
                Map.of(
                        "patch_embed.proj", "patch_embed.projection",
                        "norm", "norm{last}",
                        "head", "head.fc");
    }

    private final String title;
    private final String anchor;
    private final Naming naming;

    Dialect(String title, String anchor, Naming naming) {
        this.title = title;
        this.anchor = anchor;
        this.naming = naming;
    }

    /**
     * Returns the name for people.
     *
     * @return a few words
     */
    public String title() {
        return title;
    }

    /** Returns the tensor that every dictionary of the dialect has: the patch embedding. */
    String anchor() {
        return anchor;
    }

    /**
     * Returns where the dialect has an official tensor.
     *
     * @param name the official name, of a backbone without its prefix
     * @param stages the number of stages of the network
     * @return the recipe, with names below the network's prefix
     */
    Recipe recipe(String name, int stages) {
        return naming.recipe(name, stages);
    }
}
