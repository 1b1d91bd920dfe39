// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import io.github.swindjl.zoo.weights.Causes;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads masks: PNG files whose stored samples are class indices. The samples of grey files and the
 * indices of palette files come out as they are stored; gamma, colour space, palette and the depth
 * of the samples change nothing.
 *
 * <p>Without state; safe for use by many threads.
 */
public final class IndexReader {

    private static final int PNG_BITS = 24;
    private static final int PNG_COLOR_TYPE = 25;
    private static final int GREY = 0;
    private static final int PALETTE = 3;

    private IndexReader() {}

    /**
     * Reads a mask.
     *
     * @param file a PNG file
     * @return its samples
     * @throws PictureException if the file is missing, damaged, no PNG, or holds colours
     */
    public static IndexPicture read(Path file) throws PictureException {
        String name = file.toString();
        byte[] data;
        try {
            data = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new PictureException(name, "no such file", e);
        } catch (IOException e) {
            throw new PictureException(name, "cannot be read (" + Causes.of(e) + ")", e);
        }
        return read(data, name);
    }

    /**
     * Reads the size and checks the kind of a mask from its header, without decoding.
     *
     * @param data the file's content, or its beginning
     * @param name what to call the mask in messages
     * @return the size
     * @throws PictureException if the data are no PNG, or hold colours
     */
    static PictureSize size(byte[] data, String name) throws PictureException {
        PictureFormat format = PictureFormat.of(data, name);
        if (format != PictureFormat.PNG) {
            throw new PictureException(
                    name,
                    "a "
                            + format
                            + " file, expected a mask as PNG with one class index for each pixel");
        }
        PictureSize size = format.size(data);
        if (size == null) {
            throw new PictureException(name, "truncated: the file ends within its header");
        }
        int type = data[PNG_COLOR_TYPE];
        if (type != GREY && type != PALETTE) {
            throw new PictureException(
                    name,
                    "stores "
                            + (type == 4 ? "grey with alpha" : type == 6 ? "RGBA" : "RGB")
                            + " colours, expected a mask with one class index for each pixel: a"
                            + " grey or palette PNG. Map its colours to indices first");
        }
        return size;
    }

    /**
     * Reads a mask from the bytes of its file.
     *
     * @param data the file's content
     * @param name what to call the mask in messages
     * @return its samples
     * @throws PictureException if the data are damaged, no PNG, or hold colours
     */
    public static IndexPicture read(byte[] data, String name) throws PictureException {
        PictureSize size = size(data, name);
        if ((long) size.width() * size.height() > PictureReader.MAX_PIXELS) {
            throw new PictureException(name, "claims " + size + " pixels, which is too large");
        }
        int bits = data[PNG_BITS];
        BufferedImage image = RasterDecoder.read(PictureFormat.PNG, data, name);
        Raster raster = image.getRaster();
        if (raster.getSampleModel().getSampleSize(0) != bits) {
            // The JDK widens grey samples below 8 bits where one of them is named transparent.
            throw new PictureException(
                    name,
                    "a grey PNG of "
                            + bits
                            + " bits with a transparent value; save the mask without transparency");
        }
        int width = raster.getWidth();
        char[] values = new char[width * raster.getHeight()];
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                values[y * width + x] = (char) row[x];
            }
        }
        return new IndexPicture(width, raster.getHeight(), bits, values);
    }
}
