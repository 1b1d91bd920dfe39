// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureSize;
import java.io.IOException;

/**
 * Lets several threads decode pictures, but only one at a time a large one, so that memory has a
 * bound: decoded, a picture takes 3 bytes a pixel, and up to 8 more on the way.
 */
final class LargePictures {

    /** A picture with more pixels than this is large: decoded, it takes more than 48 MiB. */
    private static final long PIXELS = 1 << 24;

    private final Object turn = new Object();

    /** Decodes a picture. */
    interface Decoding {
        Picture decode() throws IOException;
    }

    Picture decode(PictureSize size, Decoding decoding) throws IOException {
        if ((long) size.width() * size.height() <= PIXELS) {
            return decoding.decode();
        }
        synchronized (turn) {
            return decoding.decode();
        }
    }
}
