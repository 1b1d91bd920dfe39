// SPDX-License-Identifier: Apache-2.0
/**
 * State dictionaries on disk: lazy reading and atomic writing of named tensors.
 *
 * <p>Nothing here runs code found in a file, and nothing here allocates more than a file's own
 * header justifies: every offset, length and shape is checked before it is used.
 */
package io.github.swindjl.zoo.weights;
