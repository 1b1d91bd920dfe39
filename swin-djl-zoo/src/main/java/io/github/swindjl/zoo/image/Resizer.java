// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.util.Arrays;

/**
 * Resampling that equals Pillow's {@code Image.resize} for RGB pictures in every bit.
 *
 * <p>The kernel filters work in two passes of 22-bit fixed point, first along the rows, then along
 * the columns, each rounded to eight bits. Without state; safe for use by many threads.
 */
public final class Resizer {

    private static final int HALF = 1 << (Coefficients.PRECISION_BITS - 1);

    private Resizer() {}

    /**
     * Resizes a whole picture; the aspect ratio is not kept.
     *
     * @param picture the input
     * @param width the output's width, at least 1
     * @param height the output's height, at least 1
     * @param interpolation the filter
     * @return the resized picture; the input itself if it already has that size
     * @throws IllegalArgumentException if a side of the output is below 1
     */
    public static Picture resize(
            Picture picture, int width, int height, Interpolation interpolation) {
        return resize(
                picture, 0, 0, picture.width(), picture.height(), width, height, interpolation);
    }

    /**
     * Resizes a rectangle of a picture, whose corners may lie between pixels.
     *
     * @param picture the input
     * @param x0 the rectangle's left side, in input pixels; used in float32, as Pillow does
     * @param y0 the rectangle's top
     * @param x1 the rectangle's right side, exclusive, at most the input's width
     * @param y1 the rectangle's bottom, exclusive, at most the input's height
     * @param width the output's width, at least 1
     * @param height the output's height, at least 1
     * @param interpolation the filter; near the rectangle's rim it also reads pixels outside it
     * @return the resized picture; the input itself if nothing changes
     * @throws IllegalArgumentException if a side of the output is below 1, or the rectangle is
     *     empty or reaches outside the picture
     */
    public static Picture resize(
            Picture picture,
            double x0,
            double y0,
            double x1,
            double y1,
            int width,
            int height,
            Interpolation interpolation) {
        Box box = new Box((float) x0, (float) y0, (float) x1, (float) y1);
        return resize(picture, box, width, height, interpolation, 0, 0, width, height);
    }

    /**
     * Resizes a whole picture and computes only a rectangle of the result, which equals {@code
     * resize(picture, width, height, interpolation).crop(cropX, cropY, cropWidth, cropHeight)}.
     */
    static Picture resizeAndCrop(
            Picture picture,
            int width,
            int height,
            Interpolation interpolation,
            int cropX,
            int cropY,
            int cropWidth,
            int cropHeight) {
        Box box = new Box(0, 0, picture.width(), picture.height());
        return resize(
                picture, box, width, height, interpolation, cropX, cropY, cropWidth, cropHeight);
    }

    private static Picture resize(
            Picture picture,
            Box box,
            int width,
            int height,
            Interpolation interpolation,
            int cropX,
            int cropY,
            int cropWidth,
            int cropHeight) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "Cannot resize to " + width + "x" + height + ": both sides must be at least 1");
        }
        if ((long) cropWidth * cropHeight > PictureReader.MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "Cannot resize to "
                            + width
                            + "x"
                            + height
                            + ": more than "
                            + PictureReader.MAX_PIXELS
                            + " pixels");
        }
        box.checkInside(picture);
        if (width == picture.width() && height == picture.height() && box.isWhole(picture)) {
            return picture.crop(cropX, cropY, cropWidth, cropHeight);
        }
        if (interpolation == Interpolation.NEAREST) {
            return nearest(
                    picture,
                    positions(box.x0, box.x1, width, cropX, cropWidth),
                    positions(box.y0, box.y1, height, cropY, cropHeight));
        }
        return convolve(
                picture,
                Coefficients.of(
                        interpolation, picture.width(), box.x0, box.x1, width, cropX, cropWidth),
                Coefficients.of(
                        interpolation,
                        picture.height(),
                        box.y0,
                        box.y1,
                        height,
                        cropY,
                        cropHeight));
    }

    /** Both passes at once; a ring of finished rows feeds the second, so memory stays small. */
    private static Picture convolve(Picture picture, Coefficients across, Coefficients down) {
        int width = across.length();
        int height = down.length();
        int stride = Picture.CHANNELS * width;
        byte[] out = new byte[stride * height];
        int[][] ring = new int[down.span()][];
        int[] sums = new int[stride];
        int next = Integer.MAX_VALUE;
        for (int y = 0; y < height; y++) {
            next = Math.min(next, down.first(y));
        }
        for (int y = 0; y < height; y++) {
            int first = down.first(y);
            int count = down.count(y);
            for (; next < first + count; next++) {
                int slot = next % ring.length;
                if (ring[slot] == null) {
                    ring[slot] = new int[stride];
                }
                row(picture, next, across, ring[slot]);
            }
            Arrays.fill(sums, HALF);
            for (int k = 0; k < count; k++) {
                accumulate(sums, ring[(first + k) % ring.length], down.weight(y, k));
            }
            for (int i = 0, to = y * stride; i < stride; i++, to++) {
                out[to] = (byte) clip(sums[i]);
            }
        }
        return new Picture(width, height, out);
    }

    /** The first pass for one row: interleaved samples, rounded to 0..255. */
    private static void row(Picture picture, int y, Coefficients across, int[] out) {
        byte[] rgb = picture.rgb();
        int start = Picture.CHANNELS * y * picture.width();
        for (int x = 0, to = 0; x < across.length(); x++, to += Picture.CHANNELS) {
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            int from = start + Picture.CHANNELS * across.first(x);
            for (int k = 0, taps = across.count(x); k < taps; k++, from += Picture.CHANNELS) {
                int weight = across.weight(x, k);
                red += weight * (rgb[from] & 0xFF);
                green += weight * (rgb[from + 1] & 0xFF);
                blue += weight * (rgb[from + 2] & 0xFF);
            }
            out[to] = clip(red);
            out[to + 1] = clip(green);
            out[to + 2] = clip(blue);
        }
    }

    /** One tap of the second pass; apart from its callers so that the loop becomes vector code. */
    private static void accumulate(int[] sums, int[] row, int weight) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += row[i] * weight;
        }
    }

    private static int clip(int fixed) {
        return Math.max(0, Math.min(255, fixed >> Coefficients.PRECISION_BITS));
    }

    /**
     * The input pixels under the centres of the output pixels. The steps are added up rather than
     * multiplied, because Pillow's rounding comes from the sum.
     */
    private static int[] positions(float start, float end, int size, int from, int length) {
        double step = ((double) end - start) / size;
        double at = start + step * 0.5;
        int[] result = new int[length];
        for (int i = 0; i < from + length; i++, at += step) {
            if (i >= from) {
                result[i - from] = (int) at;
            }
        }
        return result;
    }

    private static Picture nearest(Picture picture, int[] columns, int[] rows) {
        byte[] rgb = picture.rgb();
        byte[] out = new byte[Picture.CHANNELS * columns.length * rows.length];
        int to = 0;
        for (int row : rows) {
            for (int column : columns) {
                int from = Picture.CHANNELS * (row * picture.width() + column);
                out[to++] = rgb[from];
                out[to++] = rgb[from + 1];
                out[to++] = rgb[from + 2];
            }
        }
        return new Picture(columns.length, rows.length, out);
    }

    /** The rectangle to read, in input pixels. */
    private record Box(float x0, float y0, float x1, float y1) {

        void checkInside(Picture picture) {
            boolean inside = x0 >= 0 && y0 >= 0 && x1 <= picture.width() && y1 <= picture.height();
            if (!inside || !(x0 < x1) || !(y0 < y1)) {
                throw new IllegalArgumentException(
                        String.format(
                                "Cannot resize the rectangle (%s, %s) to (%s, %s) of a %dx%d"
                                        + " picture: it must be inside and not empty",
                                x0, y0, x1, y1, picture.width(), picture.height()));
            }
        }

        boolean isWhole(Picture picture) {
            return x0 == 0 && y0 == 0 && x1 == picture.width() && y1 == picture.height();
        }
    }
}
