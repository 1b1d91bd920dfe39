// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.awt.Rectangle;

/**
 * A picture that was read but not decoded, so that a part can be had for less than the whole.
 * Immutable, thread-safe.
 */
public final class PictureFile {

    private final PictureFormat format;
    private final byte[] data;
    private final PictureSize size;
    private final String name;

    PictureFile(PictureFormat format, byte[] data, PictureSize size, String name) {
        this.format = format;
        this.data = data;
        this.size = size;
        this.name = name;
    }

    /**
     * Returns the size of the whole picture.
     *
     * @return the size that the file's header states
     */
    public PictureSize size() {
        return size;
    }

    /**
     * Decodes the picture.
     *
     * @return all of it
     * @throws PictureException if the data are truncated or corrupt
     */
    public Picture whole() throws PictureException {
        return PictureReader.decode(format, data, name);
    }

    /**
     * Decodes a part, which equals {@code whole().crop(x, y, width, height)}.
     *
     * @param x the part's leftmost column
     * @param y the part's top row
     * @param width the part's width, at least 1
     * @param height the part's height, at least 1
     * @return the part
     * @throws PictureException if the data are truncated or corrupt; corrupt data below a JPEG's
     *     part go unnoticed
     * @throws IllegalArgumentException if the part is empty or reaches outside
     */
    public Picture part(int x, int y, int width, int height) throws PictureException {
        boolean inside =
                x >= 0
                        && y >= 0
                        && width >= 1
                        && height >= 1
                        && width <= size.width() - x
                        && height <= size.height() - y;
        if (format != PictureFormat.JPEG || !inside) {
            return whole().crop(x, y, width, height);
        }
        Rectangle part = new Rectangle(x, y, width, height);
        return JpegDecoder.decode(data, JpegHeader.parse(data), name, part);
    }
}
