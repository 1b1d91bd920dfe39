// SPDX-License-Identifier: Apache-2.0
/**
 * Pictures from file to network input: decoding, resampling that equals Pillow's to the last bit,
 * crops, and the preprocessing protocols under which checkpoints were published.
 *
 * <p>Everything works on {@link io.github.swindjl.zoo.image.Picture}, eight bits per channel, RGB
 * interleaved. Nothing depends on which image library is on the class path.
 *
 * <p>The API are {@link io.github.swindjl.zoo.image.Picture}, {@link
 * io.github.swindjl.zoo.image.PictureReader}, {@link io.github.swindjl.zoo.image.Preprocessing} and
 * {@link io.github.swindjl.zoo.image.PictureImageFactory} with what they name; the rest is public
 * for other packages of this project and may change.
 */
package io.github.swindjl.zoo.image;
