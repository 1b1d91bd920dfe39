// SPDX-License-Identifier: Apache-2.0
/**
 * Random operations on pictures: RandAugment, TrivialAugment, colour jitter.
 *
 * <p>The operations work on the bytes of a picture and give what Pillow 13 gives, in every bit. All
 * types are immutable and thread-safe.
 */
package io.github.swindjl.data.augment;
