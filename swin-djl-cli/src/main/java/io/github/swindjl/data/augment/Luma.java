// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.zoo.image.Picture;

/** The grey of a pixel by ITU-R 601-2, in Pillow's fixed point. */
final class Luma {

    private Luma() {}

    static int of(int red, int green, int blue) {
        return 19595 * red + 38470 * green + 7471 * blue + 0x8000 >> 16;
    }

    /** The rounded mean over a picture. */
    static int mean(Picture picture) {
        byte[] rgb = picture.rgb();
        long sum = 0;
        for (int i = 0; i < rgb.length; i += Tables.CHANNELS) {
            sum += of(rgb[i] & 0xFF, rgb[i + 1] & 0xFF, rgb[i + 2] & 0xFF);
        }
        return (int) ((double) sum / (picture.width() * picture.height()) + 0.5);
    }
}
