// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.PictureSize;
import java.io.IOException;

/**
 * Lets several threads decode pictures, but only one at a time a large one, so that memory has a
 * bound: decoded, a picture takes 3 bytes a pixel, and up to 8 more on the way. Safe for use by
 * several threads.
 */
public final class LargePictures {

    /** A picture with more pixels than this is large: decoded, it takes more than 48 MiB. */
    private static final long PIXELS = 1 << 24;

    private final Object turn = new Object();

    /**
     * Decodes a picture.
     *
     * @param <T> what is made of it
     */
    @FunctionalInterface
    public interface Decoding<T> {

        /**
         * Decodes the picture.
         *
         * @return what is made of it
         * @throws IOException if it cannot be decoded
         */
        T decode() throws IOException;
    }

    /**
     * Decodes a picture; if it is a large one, after the others of this kind.
     *
     * @param <T> what is made of the picture
     * @param size the size of the picture as it is stored
     * @param decoding decodes it
     * @return what the decoding returns
     * @throws IOException if the decoding throws it
     */
    public <T> T decode(PictureSize size, Decoding<T> decoding) throws IOException {
        if ((long) size.width() * size.height() <= PIXELS) {
            return decoding.decode();
        }
        synchronized (turn) {
            return decoding.decode();
        }
    }
}
