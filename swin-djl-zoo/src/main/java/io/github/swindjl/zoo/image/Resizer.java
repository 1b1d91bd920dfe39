// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.util.Arrays;

/**
 * Resampling that equals Pillow's {@code Image.resize} for RGB pictures in every bit.
 *
 * <p>The kernel filters work in two passes of 22-bit fixed point, one along the rows and one along
 * the columns, each rounded to eight bits. Which comes first shows in the last bit; the order is
 * that of Pillow 13. Without state; safe for use by many threads.
 */
public final class Resizer {

    private static final int HALF = 1 << (Coefficients.PRECISION_BITS - 1);

    /** Rows that are turned on their side together: enough for long vector loops. */
    private static final int BAND = 64;

    /** Samples of a band at most, unless a single row has more. */
    private static final int MOST_TURNED = 1 << 22;

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

    /**
     * Does the same with a file, of which it decodes what the rectangle needs and no more.
     *
     * @throws PictureException if the file is truncated or corrupt
     */
    static Picture resizeAndCrop(
            PictureFile file,
            int width,
            int height,
            Interpolation interpolation,
            int cropX,
            int cropY,
            int cropWidth,
            int cropHeight)
            throws PictureException {
        PictureSize size = file.size();
        boolean same = width == size.width() && height == size.height();
        if (same || interpolation == Interpolation.NEAREST) {
            return resizeAndCrop(
                    file.whole(),
                    width,
                    height,
                    interpolation,
                    cropX,
                    cropY,
                    cropWidth,
                    cropHeight);
        }
        checkSize(width, height, cropWidth, cropHeight);
        Coefficients across =
                Coefficients.of(
                        interpolation, size.width(), 0, size.width(), width, cropX, cropWidth);
        Coefficients down =
                Coefficients.of(
                        interpolation, size.height(), 0, size.height(), height, cropY, cropHeight);
        int x = across.begin();
        int y = down.begin();
        Picture part = file.part(x, y, across.end() - x, down.end() - y);
        return resize(size, part, width, height, across.from(x), down.from(y));
    }

    private static Picture resize(
            PictureSize whole,
            Picture picture,
            int width,
            int height,
            Coefficients across,
            Coefficients down) {
        return beginsWithColumns(whole, width, height)
                ? columnsFirst(picture, across, down)
                : rowsFirst(picture, across, down);
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
        checkSize(width, height, cropWidth, cropHeight);
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
        Coefficients across =
                Coefficients.of(
                        interpolation, picture.width(), box.x0, box.x1, width, cropX, cropWidth);
        Coefficients down =
                Coefficients.of(
                        interpolation, picture.height(), box.y0, box.y1, height, cropY, cropHeight);
        PictureSize whole = new PictureSize(picture.width(), picture.height());
        return resize(whole, picture, width, height, across, down);
    }

    private static void checkSize(int width, int height, int cropWidth, int cropHeight) {
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
    }

    /**
     * Pillow's choice since its version 13, by whole sizes: columns first if the height shrinks by
     * more than twice as many pixels as the width. Earlier versions always begin with the rows.
     */
    private static boolean beginsWithColumns(PictureSize whole, int width, int height) {
        return whole.height() - height > 2 * Math.max(0, whole.width() - width);
    }

    /** Along the rows, then along the columns; a ring of finished rows keeps memory small. */
    private static Picture rowsFirst(Picture picture, Coefficients across, Coefficients down) {
        int stride = Picture.CHANNELS * across.length();
        byte[] out = new byte[stride * down.length()];
        int[] sums = new int[stride];
        int end = down.end();
        int most = bandRows(across, end - down.begin());
        Band band = new Band(across, most);
        int[][] ring = new int[down.span() + most][];
        int next = down.begin();
        for (int y = 0; y < down.length(); y++) {
            int first = down.first(y);
            int count = down.count(y);
            while (next < first + count) {
                int rows = Math.min(most, end - next);
                for (int row = 0; row < rows; row++) {
                    band.put(row, picture, next + row);
                    int slot = (next + row) % ring.length;
                    if (ring[slot] == null) {
                        ring[slot] = new int[stride];
                    }
                    band.target[row] = ring[slot];
                }
                band.along(rows);
                next += rows;
            }
            Arrays.fill(sums, HALF);
            for (int k = 0; k < count; k++) {
                accumulate(sums, ring[(first + k) % ring.length], down.weight(y, k), 0, stride);
            }
            for (int i = 0, to = y * stride; i < stride; i++, to++) {
                out[to] = (byte) clip(sums[i]);
            }
        }
        return new Picture(across.length(), down.length(), out);
    }

    /** Along the columns, then along the rows. */
    private static Picture columnsFirst(Picture picture, Coefficients across, Coefficients down) {
        int stride = Picture.CHANNELS * across.length();
        byte[] out = new byte[stride * down.length()];
        int[] source = new int[Picture.CHANNELS * picture.width()];
        int[] sums = new int[source.length];
        int begin = across.begin();
        int end = across.end();
        int from = Picture.CHANNELS * begin;
        int to = Picture.CHANNELS * end;
        int most = bandRows(across, down.length());
        Band band = new Band(across, most);
        for (int row = 0; row < most; row++) {
            band.target[row] = new int[stride];
        }
        for (int top = 0; top < down.length(); top += most) {
            int rows = Math.min(most, down.length() - top);
            for (int row = 0; row < rows; row++) {
                int y = top + row;
                Arrays.fill(sums, HALF);
                for (int k = 0; k < down.count(y); k++) {
                    widen(picture, down.first(y) + k, begin, end, source);
                    accumulate(sums, source, down.weight(y, k), from, to);
                }
                band.put(row, sums);
            }
            band.along(rows);
            for (int row = 0; row < rows; row++) {
                int[] result = band.target[row];
                for (int i = 0, at = (top + row) * stride; i < stride; i++, at++) {
                    out[at] = (byte) result[i];
                }
            }
        }
        return new Picture(across.length(), down.length(), out);
    }

    /** How many rows to turn at a time, so that wide pictures do not need much memory. */
    private static int bandRows(Coefficients across, int available) {
        int columns = across.end() - across.begin();
        int affordable = Math.max(1, MOST_TURNED / Picture.CHANNELS / columns);
        return Math.min(Math.min(BAND, affordable), available);
    }

    /**
     * Some rows, turned on their side for the pass along them: where all samples of a column lie
     * together, a tap is a product of one number with many, which becomes vector code.
     */
    private static final class Band {

        private final Coefficients across;
        private final int begin;
        private final int[][] columns;
        private final int[] sums;

        /** Where the rows go when they are done: interleaved samples of 0..255. */
        private final int[][] target;

        Band(Coefficients across, int rows) {
            this.across = across;
            begin = across.begin();
            columns = new int[across.end() - begin][Picture.CHANNELS * rows];
            sums = new int[Picture.CHANNELS * rows];
            target = new int[rows][];
        }

        /** Takes a row of the picture. */
        void put(int row, Picture picture, int y) {
            byte[] rgb = picture.rgb();
            int from = Picture.CHANNELS * (y * picture.width() + begin);
            int to = Picture.CHANNELS * row;
            for (int[] column : columns) {
                column[to] = rgb[from] & 0xFF;
                column[to + 1] = rgb[from + 1] & 0xFF;
                column[to + 2] = rgb[from + 2] & 0xFF;
                from += Picture.CHANNELS;
            }
        }

        /** Takes a row of sums of the other pass, which counts columns from the picture's first. */
        void put(int row, int[] fixed) {
            int from = Picture.CHANNELS * begin;
            int to = Picture.CHANNELS * row;
            for (int[] column : columns) {
                column[to] = clip(fixed[from]);
                column[to + 1] = clip(fixed[from + 1]);
                column[to + 2] = clip(fixed[from + 2]);
                from += Picture.CHANNELS;
            }
        }

        /** Computes the first {@code rows} rows into their targets. */
        void along(int rows) {
            int length = Picture.CHANNELS * rows;
            for (int x = 0, to = 0; x < across.length(); x++, to += Picture.CHANNELS) {
                Arrays.fill(sums, 0, length, HALF);
                int first = across.first(x) - begin;
                for (int k = 0, taps = across.count(x); k < taps; k++) {
                    accumulate(sums, columns[first + k], across.weight(x, k), 0, length);
                }
                clip(sums, length);
                for (int row = 0, at = 0; row < rows; row++, at += Picture.CHANNELS) {
                    int[] done = target[row];
                    done[to] = sums[at];
                    done[to + 1] = sums[at + 1];
                    done[to + 2] = sums[at + 2];
                }
            }
        }
    }

    /** Copies one row's columns {@code begin} to {@code end - 1} as integers of 0..255. */
    private static void widen(Picture picture, int y, int begin, int end, int[] out) {
        byte[] rgb = picture.rgb();
        int start = Picture.CHANNELS * y * picture.width();
        for (int i = Picture.CHANNELS * begin; i < Picture.CHANNELS * end; i++) {
            out[i] = rgb[start + i] & 0xFF;
        }
    }

    private static void clip(int[] fixed, int length) {
        for (int i = 0; i < length; i++) {
            fixed[i] = Math.max(0, Math.min(255, fixed[i] >> Coefficients.PRECISION_BITS));
        }
    }

    /**
     * One tap of either pass; a method of its own, with one index for both arrays, so that it
     * becomes vector code.
     */
    private static void accumulate(int[] sums, int[] samples, int weight, int from, int to) {
        for (int i = from; i < to; i++) {
            sums[i] += samples[i] * weight;
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
