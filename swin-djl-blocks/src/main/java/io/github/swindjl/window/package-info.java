// SPDX-License-Identifier: Apache-2.0
/**
 * Window geometry as pure arithmetic: effective window and shift, padding, partition, relative
 * index, shift mask and position-bias coordinates. Nothing here touches a device; everything is
 * immutable and thread-safe.
 */
package io.github.swindjl.window;
