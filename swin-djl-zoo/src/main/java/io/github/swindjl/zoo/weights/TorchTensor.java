// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

/**
 * A tensor as a pickle describes it, unchecked: a view of a storage.
 *
 * @param storage where the values are
 * @param type the element type
 * @param first the index in the storage of the first value, in elements of the type
 * @param shape the dimensions
 * @param strides for each dimension the distance between neighbours, in elements
 */
record TorchTensor(
        TorchStorage storage, TensorType type, long first, long[] shape, long[] strides) {}
