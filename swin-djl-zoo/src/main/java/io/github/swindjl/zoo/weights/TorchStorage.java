// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

/**
 * A run of values as a pickle refers to it, unchecked.
 *
 * @param type the element type; U8 where the pickle gives none
 * @param key the name under which the file holds the values
 * @param first where the run begins in them, in elements
 * @param elements how many there are
 */
record TorchStorage(TensorType type, String key, long first, long elements) {}
