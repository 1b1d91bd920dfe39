// SPDX-License-Identifier: Apache-2.0
/**
 * The only door to the engine's internals: compiles TorchScript functions from text, calls them
 * with arrays, and knows precisions, gradients and what a device supports.
 */
package io.github.swindjl.kernels;
