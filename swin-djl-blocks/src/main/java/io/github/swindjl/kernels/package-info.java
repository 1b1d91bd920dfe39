// SPDX-License-Identifier: Apache-2.0
/**
 * The only door to the engine's internals: compiles TorchScript functions from text, calls them
 * with arrays, and knows precisions, gradients and what a device supports.
 *
 * <p>The API are {@link io.github.swindjl.kernels.Precision} and {@link
 * io.github.swindjl.kernels.EngineInfo}; the rest is public for other packages of this project and
 * may change.
 */
package io.github.swindjl.kernels;
