// SPDX-License-Identifier: Apache-2.0
/**
 * Pictures from file to network input: decoding, resampling that equals Pillow's to the last bit,
 * crops, and the preprocessing protocols under which checkpoints were published.
 *
 * <p>Everything works on {@link io.github.swindjl.zoo.image.Picture}, eight bits per channel, RGB
 * interleaved. Nothing depends on which image library is on the class path.
 */
package io.github.swindjl.zoo.image;
