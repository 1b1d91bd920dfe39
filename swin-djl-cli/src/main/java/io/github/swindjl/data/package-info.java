// SPDX-License-Identifier: Apache-2.0
/**
 * Data sets on disk, the built-in sample set, augmentation, and a deterministic prefetching loader.
 *
 * <p>Nothing here knows a model or touches a device: the loader hands out plain unsigned bytes, and
 * every draw follows from an explicit seed.
 */
package io.github.swindjl.data;
