// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.awt.Rectangle;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * Decodes JPEG as libjpeg and Pillow do.
 *
 * <p>The JDK's reader delivers the samples as they are stored; which colour model they mean, and
 * the way to RGB, is decided here, because the JDK's rules differ from libjpeg's.
 */
final class JpegDecoder {

    private static final int HALF = 1 << 15;

    /** Contributions of the two chroma samples, 16 fractional bits for green. */
    private static final int[] RED_FROM_CR = new int[256];

    private static final int[] BLUE_FROM_CB = new int[256];
    private static final int[] GREEN_FROM_CR = new int[256];
    private static final int[] GREEN_FROM_CB = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int x = i - 128;
            RED_FROM_CR[i] = fixed(1.40200) * x + HALF >> 16;
            BLUE_FROM_CB[i] = fixed(1.77200) * x + HALF >> 16;
            GREEN_FROM_CR[i] = -fixed(0.71414) * x;
            GREEN_FROM_CB[i] = -fixed(0.34414) * x + HALF;
        }
    }

    private JpegDecoder() {}

    static Picture decode(byte[] data, JpegHeader header, String name) throws PictureException {
        PictureSize size = header.size();
        return decode(
                data, header, name, new Rectangle(0, 0, size.width(), size.height()));
    }

    /**
     * Decodes a part, which saves the lines below it and the colours around it. A file without an
     * end is decoded whole, so that what is cut off is noticed.
     */
    static Picture decode(byte[] data, JpegHeader header, String name, Rectangle part)
            throws PictureException {
        check(header, name);
        PictureSize size = header.size();
        boolean whole = part.width == size.width() && part.height == size.height();
        if (!whole && !header.hasEnd(data)) {
            return decode(data, header, name).crop(part.x, part.y, part.width, part.height);
        }
        int bands = header.components().length;
        byte[] samples = samples(header.withoutMetadata(data), header, name, part);
        int pixels = part.width * part.height;
        byte[] rgb =
                switch (bands) {
                    case 1 -> fromGrey(samples, pixels);
                    case 3 -> samples;
                    default -> fromCmyk(samples, pixels, header.adobeTransform() > 0);
                };
        if (bands == 3 && !storedAsRgb(header)) {
            convertYcc(rgb, Picture.CHANNELS);
        }
        return new Picture(part.width, part.height, rgb);
    }

    private static void check(JpegHeader header, String name) throws PictureException {
        int process = header.process();
        if (process > 2) {
            throw unsupported(name, process >= 9 ? "arithmetic coding" : "lossless coding");
        }
        if (header.precision() != 8) {
            throw unsupported(name, header.precision() + " bits per sample");
        }
        int bands = header.components().length;
        if (bands != 1 && bands != 3 && bands != 4) {
            throw unsupported(name, bands + " components");
        }
        if (header.scan() < 0) {
            throw truncated(name, null);
        }
    }

    private static PictureException unsupported(String name, String what) {
        return new PictureException(
                name,
                "a JPEG with "
                        + what
                        + ", which is not supported; expected 8 bits, 1, 3 or 4 components,"
                        + " Huffman coding: convert the file");
    }

    private static PictureException truncated(String name, Throwable cause) {
        return new PictureException(
                name,
                "the JPEG file is truncated: it ends before the picture does; get it again",
                cause);
    }

    /** Reads the samples without any colour conversion, interleaved. */
    private static byte[] samples(byte[] data, JpegHeader header, String name, Rectangle part)
            throws PictureException {
        ImageReader reader = PictureFormat.JPEG.newReader();
        MemoryInput input = new MemoryInput(data);
        Raster raster;
        try {
            reader.setInput(input, true, true);
            ImageReadParam param = reader.getDefaultReadParam();
            param.setSourceRegion(part);
            raster = reader.readRaster(0, param);
        } catch (IOException | RuntimeException e) {
            throw input.exhausted() ? truncated(name, e) : corrupt(name, e);
        } finally {
            reader.dispose();
        }
        // libjpeg pads a file that ends too early with grey; Pillow refuses it, and so do we.
        if (input.exhausted()) {
            throw truncated(name, null);
        }
        if (raster.getNumBands() != header.components().length) {
            throw corrupt(name, null);
        }
        return ((DataBufferByte) raster.getDataBuffer()).getData();
    }

    private static PictureException corrupt(String name, Throwable cause) {
        String detail = cause == null ? "" : " (" + cause.getMessage() + ")";
        return new PictureException(
                name, "the JPEG file is corrupt" + detail + "; get it again", cause);
    }

    /** libjpeg's rules for three components. */
    private static boolean storedAsRgb(JpegHeader header) {
        if (header.jfif()) {
            return false;
        }
        if (header.adobeTransform() >= 0) {
            return header.adobeTransform() == 0;
        }
        return Arrays.equals(header.components(), new byte[] {'R', 'G', 'B'});
    }

    private static byte[] fromGrey(byte[] grey, int pixels) {
        byte[] rgb = new byte[Picture.CHANNELS * pixels];
        for (int i = 0, to = 0; i < pixels; i++) {
            byte value = grey[i];
            rgb[to++] = value;
            rgb[to++] = value;
            rgb[to++] = value;
        }
        return rgb;
    }

    /** Converts in place; a fourth sample, if pixels have one, stays as it is. */
    private static void convertYcc(byte[] samples, int bands) {
        for (int i = 0; i < samples.length; i += bands) {
            int y = samples[i] & 0xFF;
            int cb = samples[i + 1] & 0xFF;
            int cr = samples[i + 2] & 0xFF;
            samples[i] = clip(y + RED_FROM_CR[cr]);
            samples[i + 1] = clip(y + (GREEN_FROM_CB[cb] + GREEN_FROM_CR[cr] >> 16));
            samples[i + 2] = clip(y + BLUE_FROM_CB[cb]);
        }
    }

    /**
     * Four components, in the inverted sense that Adobe writes and Pillow assumes of every file:
     * 255 is no ink. Ink takes light away in proportion to what black has left.
     */
    private static byte[] fromCmyk(byte[] samples, int pixels, boolean ycck) {
        if (ycck) {
            convertYcc(samples, 4);
        }
        byte[] rgb = new byte[Picture.CHANNELS * pixels];
        int to = 0;
        for (int i = 0; i < samples.length; i += 4) {
            int light = samples[i + 3] & 0xFF;
            for (int band = 0; band < Picture.CHANNELS; band++) {
                int ink = samples[i + band] & 0xFF;
                ink = ycck ? ink : 255 - ink;
                int scaled = ink * light + 128;
                rgb[to++] = clip(light - ((scaled >> 8) + scaled >> 8));
            }
        }
        return rgb;
    }

    private static int fixed(double value) {
        return (int) (value * (1 << 16) + 0.5);
    }

    /** Nearly all values need no clipping, so a branch is cheaper than two comparisons. */
    private static byte clip(int value) {
        if ((value & ~0xFF) != 0) {
            return (byte) (value < 0 ? 0 : 255);
        }
        return (byte) value;
    }
}
