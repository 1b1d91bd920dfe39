// SPDX-License-Identifier: Apache-2.0
/**
 * Networks for dense prediction on the backbone of {@code blocks}: UperNet (arXiv 1807.10221), as
 * the Swin paper uses it for semantic segmentation.
 *
 * <p>Arrays are feature maps of shape (batch, channels, rows, columns), float32. Threads and owners
 * are as in {@code blocks}.
 */
package io.github.swindjl.dense;
