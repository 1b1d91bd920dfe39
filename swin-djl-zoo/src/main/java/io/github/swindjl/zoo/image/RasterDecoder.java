// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageReader;

/** Decodes PNG, GIF and BMP by way of the JDK's readers, and maps stored samples onto RGB. */
final class RasterDecoder {

    /** Offset of a PNG's colour type; 0 is grey without alpha. */
    private static final int PNG_COLOR_TYPE = 25;

    private RasterDecoder() {}

    static Picture decodePng(byte[] data, String name) throws PictureException {
        BufferedImage image = read(PictureFormat.PNG, data, name);
        // Pillow takes the high byte of 16-bit samples, but clips those of grey pictures.
        return toPicture(image, data[PNG_COLOR_TYPE] == 0);
    }

    static Picture decodeBmp(byte[] data, String name) throws PictureException {
        return toPicture(read(PictureFormat.BMP, data, name), false);
    }

    static Picture decodeGif(byte[] data, GifHeader header, String name) throws PictureException {
        BufferedImage image = read(PictureFormat.GIF, data, name);
        Picture frame = toPicture(image, false);
        PictureSize size = header.size();
        if (frame.width() == size.width() && frame.height() == size.height()) {
            return frame;
        }
        byte[] screen = new byte[Picture.CHANNELS * size.width() * size.height()];
        int color = ((IndexColorModel) image.getColorModel()).getRGB(header.background());
        for (int to = 0; to < screen.length; to += Picture.CHANNELS) {
            store(color, screen, to);
        }
        int stride = Picture.CHANNELS * frame.width();
        for (int y = 0; y < frame.height(); y++) {
            int to = Picture.CHANNELS * ((header.y() + y) * size.width() + header.x());
            System.arraycopy(frame.rgb(), y * stride, screen, to, stride);
        }
        return new Picture(size.width(), size.height(), screen);
    }

    static BufferedImage read(PictureFormat format, byte[] data, String name)
            throws PictureException {
        ImageReader reader = format.newReader();
        MemoryInput input = new MemoryInput(data);
        try {
            reader.setInput(input, true, true);
            return reader.read(0);
        } catch (IOException | RuntimeException e) {
            // The JDK's readers throw unchecked exceptions, too, when a file is damaged.
            String state = input.exhausted() ? "truncated" : "corrupt or truncated";
            String detail = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
            throw new PictureException(
                    name, "the " + format + " file is " + state + detail + "; get it again", e);
        } finally {
            reader.dispose();
        }
    }

    static Picture toPicture(BufferedImage image, boolean clipSixteenBits) {
        Raster raster = image.getRaster();
        int width = raster.getWidth();
        int height = raster.getHeight();
        if (isInterleavedRgb(raster)) {
            byte[] rgb = ((DataBufferByte) raster.getDataBuffer()).getData();
            return new Picture(width, height, rgb);
        }
        ColorModel model = image.getColorModel();
        int bands = raster.getNumBands();
        byte[] rgb = new byte[Picture.CHANNELS * width * height];
        int[] row = new int[width * bands];
        int stride = Picture.CHANNELS * width;
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            if (model instanceof IndexColorModel palette) {
                for (int x = 0, to = y * stride; x < width; x++, to += Picture.CHANNELS) {
                    store(palette.getRGB(row[x]), rgb, to);
                }
            } else {
                for (int band = 0; band < Picture.CHANNELS; band++) {
                    int source = bands < Picture.CHANNELS ? 0 : band;
                    int bits = model.getComponentSize(source);
                    int to = y * stride + band;
                    for (int from = source; from < row.length; from += bands) {
                        rgb[to] = (byte) toEightBits(row[from], bits, clipSixteenBits);
                        to += Picture.CHANNELS;
                    }
                }
            }
        }
        return new Picture(width, height, rgb);
    }

    private static int toEightBits(int sample, int bits, boolean clip) {
        if (bits == 8) {
            return sample;
        }
        if (bits < 8) {
            return sample * 255 / ((1 << bits) - 1);
        }
        return clip ? Math.min(255, sample) : sample >> bits - 8;
    }

    private static boolean isInterleavedRgb(Raster raster) {
        return raster.getSampleModel() instanceof PixelInterleavedSampleModel samples
                && raster.getDataBuffer() instanceof DataBufferByte
                && Arrays.equals(samples.getBandOffsets(), new int[] {0, 1, 2})
                && samples.getScanlineStride() == Picture.CHANNELS * raster.getWidth()
                && raster.getParent() == null;
    }

    private static void store(int color, byte[] rgb, int to) {
        rgb[to] = (byte) (color >> 16);
        rgb[to + 1] = (byte) (color >> 8);
        rgb[to + 2] = (byte) color;
    }
}
