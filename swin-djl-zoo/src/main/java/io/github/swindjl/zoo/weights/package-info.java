// SPDX-License-Identifier: Apache-2.0
/**
 * State dictionaries on disk: lazy reading and atomic writing of named tensors.
 *
 * <p>Nothing here runs code found in a file, and nothing here allocates more than a file's own
 * header justifies: every offset, length and shape is checked before it is used.
 *
 * <p>The API are {@link io.github.swindjl.zoo.weights.StateFiles} to read, {@link
 * io.github.swindjl.zoo.weights.WeightsLoader} with its options and {@link
 * io.github.swindjl.zoo.weights.LoadReport}, and {@link
 * io.github.swindjl.zoo.weights.WeightsExporter} and {@link
 * io.github.swindjl.zoo.weights.SafetensorsWriter} to write; the rest is public for other packages
 * of this project and may change.
 */
package io.github.swindjl.zoo.weights;
