// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import io.github.swindjl.zoo.image.Interpolation;
import io.github.swindjl.zoo.image.Picture;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Affine changes of a picture's geometry, equal to Pillow's {@code Image.transform} and {@code
 * Image.rotate} in every bit: float64 positions, values cut off, not rounded. The cubic is that of
 * Pillow's transforms, with the parameter -1, not that of its resizing.
 */
final class Warp {

    private static final int CHANNELS = Tables.CHANNELS;
    private static final int DECIMALS = 15;

    private static final int BITS = 22;
    private static final int ONE = 1 << BITS;

    /** More than four weights of 22 bits can be wrong for samples up to 255. */
    private static final int DOUBT = 1 << 10;

    private final int width;
    private final int height;
    private final byte[] rgb;
    private final byte[] out;
    private final int[] wide;
    private final int[] sums;
    private final boolean cubic;

    private Warp(Picture picture, Interpolation interpolation) {
        width = picture.width();
        height = picture.height();
        rgb = picture.rgb();
        out = new byte[rgb.length];
        wide = new int[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            wide[i] = rgb[i] & 0xFF;
        }
        sums = new int[CHANNELS * width];
        cubic = isCubic(interpolation);
    }

    private static boolean isCubic(Interpolation interpolation) {
        return switch (interpolation) {
            case BILINEAR -> false;
            case BICUBIC -> true;
            default ->
                    throw new IllegalArgumentException(
                            "Pictures are turned and sheared with bilinear or bicubic"
                                    + " interpolation, not "
                                    + interpolation);
        };
    }

    static Picture shearX(Picture picture, double factor, Interpolation filter, Fill fill) {
        return affine(picture, new double[] {1, factor, 0, 0, 1, 0}, filter, fill);
    }

    static Picture shearY(Picture picture, double factor, Interpolation filter, Fill fill) {
        return affine(picture, new double[] {1, 0, 0, factor, 1, 0}, filter, fill);
    }

    /** Shows what lies {@code pixels} further right. */
    static Picture translateX(Picture picture, double pixels, Interpolation filter, Fill fill) {
        return affine(picture, new double[] {1, 0, pixels, 0, 1, 0}, filter, fill);
    }

    /** Shows what lies {@code pixels} further down. */
    static Picture translateY(Picture picture, double pixels, Interpolation filter, Fill fill) {
        return affine(picture, new double[] {1, 0, 0, 0, 1, pixels}, filter, fill);
    }

    /** Turns the picture counter-clockwise around its centre. */
    static Picture rotate(Picture picture, double degrees, Interpolation filter, Fill fill) {
        double turn = degrees % 360;
        double radians = -Math.toRadians(turn < 0 ? turn + 360 : turn);
        double cos = rounded(Math.cos(radians));
        double sin = rounded(Math.sin(radians));
        double x = picture.width() / 2.0;
        double y = picture.height() / 2.0;
        double moveX = cos * -x + sin * -y + 0.0 + x;
        double moveY = -sin * -x + cos * -y + 0.0 + y;
        return affine(picture, new double[] {cos, sin, moveX, -sin, cos, moveY}, filter, fill);
    }

    private static double rounded(double value) {
        return new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_EVEN).doubleValue();
    }

    /**
     * Takes each pixel (x, y) of the result from {@code (m0 x + m1 y + m2, m3 x + m4 y + m5)} of
     * the picture, where centres of pixels lie at halves.
     */
    static Picture affine(Picture picture, double[] m, Interpolation filter, Fill fill) {
        return new Warp(picture, filter).affine(m, fill);
    }

    private Picture affine(double[] m, Fill fill) {
        boolean unturned = m[0] == 1 && m[3] == 0 && m[4] == 1;
        for (int row = 0; row < height; row++) {
            if (unturned && m[5] == 0) {
                shiftedRow(m, row, fill);
            } else if (unturned && m[1] == 0 && m[2] == 0) {
                rowBetweenRows(m, row, fill);
            } else {
                exact(m, row, 0, width, fill);
            }
        }
        return new Picture(width, height, out);
    }

    /** Pixels of a row, each as Pillow computes it. */
    private void exact(double[] m, int row, int from, int until, Fill fill) {
        double rowX = m[1] * (row + 0.5);
        double rowY = m[4] * (row + 0.5);
        int to = CHANNELS * (row * width + from);
        for (int column = from; column < until; column++, to += CHANNELS) {
            double x = m[0] * (column + 0.5) + rowX + m[2];
            double y = m[3] * (column + 0.5) + rowY + m[5];
            if (!(x >= 0 && x < width && y >= 0 && y < height)) {
                out[to] = (byte) fill.red();
                out[to + 1] = (byte) fill.green();
                out[to + 2] = (byte) fill.blue();
            } else if (cubic) {
                cubic(x - 0.5, y - 0.5, to);
            } else {
                linear(x - 0.5, y - 0.5, to);
            }
        }
    }

    /** A row moved along itself: all its pixels lie alike between their neighbours. */
    private void shiftedRow(double[] m, int row, Fill fill) {
        double shift = m[1] * (row + 0.5) + m[2];
        int whole = (int) Math.floor(shift);
        // Where four neighbours are in the picture, and one more pixel for what rounds differently.
        int from = Math.max(0, Math.min(width, 2 - whole));
        int until = Math.max(from, Math.min(width, width - 3 - whole));
        exact(m, row, 0, from, fill);
        if (from < until) {
            int start = CHANNELS * (row * width + from + whole);
            sum(
                    start - CHANNELS,
                    start,
                    start + CHANNELS,
                    start + 2 * CHANNELS,
                    weights(shift - whole),
                    CHANNELS * (until - from));
            finish(m, row, from, until, fill);
        }
        exact(m, row, until, width, fill);
    }

    /** A row between two rows of the picture, seen in a picture moved up or down. */
    private void rowBetweenRows(double[] m, int row, Fill fill) {
        double shift = row + m[5];
        int top = (int) Math.floor(shift);
        if (top < 0 || top >= height - 1) {
            exact(m, row, 0, width, fill);
            return;
        }
        sum(
                row(top - 1),
                row(top),
                row(top + 1),
                row(top + 2),
                weights(shift - top),
                CHANNELS * width);
        finish(m, row, 0, width, fill);
    }

    /** Fixed-point weights of four neighbours for a place between the middle two. */
    private int[] weights(double d) {
        double first = cubic ? d * (-1 + d * (2 - d)) : 0;
        double third = cubic ? d * (1 + d * (1 - d)) : d;
        double fourth = cubic ? d * d * (d - 1) : 0;
        int w0 = (int) Math.rint(first * ONE);
        int w2 = (int) Math.rint(third * ONE);
        int w3 = (int) Math.rint(fourth * ONE);
        return new int[] {w0, ONE - w0 - w2 - w3, w2, w3};
    }

    private void sum(int at0, int at1, int at2, int at3, int[] weights, int length) {
        sum(sums, wide, at0, at1, at2, at3, weights[0], weights[1], weights[2], weights[3], length);
    }

    /** Written so that it becomes vector code. */
    private static void sum(
            int[] sums,
            int[] samples,
            int at0,
            int at1,
            int at2,
            int at3,
            int w0,
            int w1,
            int w2,
            int w3,
            int length) {
        for (int i = 0; i < length; i++) {
            sums[i] =
                    w0 * samples[at0 + i]
                            + w1 * samples[at1 + i]
                            + w2 * samples[at2 + i]
                            + w3 * samples[at3 + i];
        }
    }

    /**
     * Cuts sums off to levels. Weights in fixed point are a little off, so a sum that lies next to
     * a whole number does not tell on which side Pillow's is: such pixels are computed as there.
     */
    private void finish(double[] m, int row, int from, int until, Fill fill) {
        int to = CHANNELS * (row * width + from);
        int i = 0;
        for (int column = from; column < until; column++, i += CHANNELS, to += CHANNELS) {
            int red = sums[i];
            int green = sums[i + 1];
            int blue = sums[i + 2];
            if (isDoubtful(red) || isDoubtful(green) || isDoubtful(blue)) {
                exact(m, row, column, column + 1, fill);
            } else {
                out[to] = (byte) Math.max(0, Math.min(255, red >> BITS));
                out[to + 1] = (byte) Math.max(0, Math.min(255, green >> BITS));
                out[to + 2] = (byte) Math.max(0, Math.min(255, blue >> BITS));
            }
        }
    }

    private static boolean isDoubtful(int sum) {
        return (sum + DOUBT & ONE - 1) < 2 * DOUBT;
    }

    private int column(int x) {
        return CHANNELS * Math.max(0, Math.min(width - 1, x));
    }

    private int row(int y) {
        return CHANNELS * width * Math.max(0, Math.min(height - 1, y));
    }

    private void linear(double x, double y, int to) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double dx = x - left;
        double dy = y - top;
        int x0 = column(left);
        int x1 = column(left + 1);
        int y0 = row(top);
        int y1 = row(top + 1);
        for (int c = 0; c < CHANNELS; c++) {
            double upper = linear(rgb[y0 + x0 + c], rgb[y0 + x1 + c], dx);
            double lower = linear(rgb[y1 + x0 + c], rgb[y1 + x1 + c], dx);
            out[to + c] = (byte) (int) (upper + (lower - upper) * dy);
        }
    }

    private static double linear(byte from, byte until, double d) {
        int a = from & 0xFF;
        return a + ((until & 0xFF) - a) * d;
    }

    private void cubic(double x, double y, int to) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double dx = x - left;
        double dy = y - top;
        int x0 = column(left - 1);
        int x1 = column(left);
        int x2 = column(left + 1);
        int x3 = column(left + 2);
        int y1 = row(top);
        if (dy == 0) {
            // Only this row counts; what the general case adds is an exact zero.
            for (int c = 0; c < CHANNELS; c++, y1++) {
                out[to + c] =
                        cut(cubic(rgb[y1 + x0], rgb[y1 + x1], rgb[y1 + x2], rgb[y1 + x3], dx));
            }
            return;
        }
        int y0 = row(top - 1);
        int y2 = row(top + 1);
        int y3 = row(top + 2);
        if (dx == 0) {
            for (int c = 0; c < CHANNELS; c++, x1++) {
                out[to + c] =
                        cut(cubic(rgb[y0 + x1], rgb[y1 + x1], rgb[y2 + x1], rgb[y3 + x1], dy));
            }
            return;
        }
        for (int c = 0; c < CHANNELS; c++, y0++, y1++, y2++, y3++) {
            double r0 = cubic(rgb[y0 + x0], rgb[y0 + x1], rgb[y0 + x2], rgb[y0 + x3], dx);
            double r1 = cubic(rgb[y1 + x0], rgb[y1 + x1], rgb[y1 + x2], rgb[y1 + x3], dx);
            double r2 = cubic(rgb[y2 + x0], rgb[y2 + x1], rgb[y2 + x2], rgb[y2 + x3], dx);
            double r3 = cubic(rgb[y3 + x0], rgb[y3 + x1], rgb[y3 + x2], rgb[y3 + x3], dx);
            double p2 = -r0 + r2;
            double p3 = 2 * (r0 - r1) + r2 - r3;
            double p4 = -r0 + r1 - r2 + r3;
            out[to + c] = cut(r1 + dy * (p2 + dy * (p3 + dy * p4)));
        }
    }

    private static double cubic(byte b0, byte b1, byte b2, byte b3, double d) {
        int v0 = b0 & 0xFF;
        int v1 = b1 & 0xFF;
        int v2 = b2 & 0xFF;
        int v3 = b3 & 0xFF;
        int p2 = v2 - v0;
        int p4 = v1 - v0 - v2 + v3;
        int p3 = v0 - v1 - p4;
        return v1 + d * (p2 + d * (p3 + d * p4));
    }

    private static byte cut(double value) {
        return (byte) Math.max(0, Math.min(255, (int) value));
    }
}
