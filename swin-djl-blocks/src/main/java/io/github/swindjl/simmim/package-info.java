// SPDX-License-Identifier: Apache-2.0
/**
 * SimMIM (arXiv 2111.09886): pre-training without labels, by guessing the hidden parts of pictures.
 *
 * <p>Pictures have the shape (batch, channels, height, width), normalised, float32. Threads and
 * owners are as in {@code blocks}.
 */
package io.github.swindjl.simmim;
