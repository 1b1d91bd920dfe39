// SPDX-License-Identifier: Apache-2.0
/**
 * The network as DJL blocks: patch embedding, window attention, MLP, Swin block, stage, patch
 * merging, backbone, feature maps and classifier of Swin Transformer V1 (arXiv 2103.14030) and V2
 * (arXiv 2111.09883).
 *
 * <p>Between blocks, arrays are token maps of shape (batch, rows, columns, channels), float32.
 * Blocks may be used from several threads at once for inference; initialising, loading and training
 * need one thread. Each block's result belongs to the manager of its input.
 *
 * <p>The API are {@link io.github.swindjl.blocks.SwinConfig} with what it names, {@link
 * io.github.swindjl.blocks.SwinBackbone}, {@link io.github.swindjl.blocks.SwinFeatures}, {@link
 * io.github.swindjl.blocks.SwinClassifier}, {@link io.github.swindjl.blocks.ForwardOptions}, {@link
 * io.github.swindjl.blocks.Initializers} and {@link io.github.swindjl.blocks.StateDict}; the rest
 * is public for other packages of this project and may change.
 */
package io.github.swindjl.blocks;
