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

    private final Picture picture;
    private final int width;
    private final int height;
    private final byte[] rgb;
    private final boolean cubic;

    private Warp(Picture picture, Interpolation interpolation) {
        this.picture = picture;
        width = picture.width();
        height = picture.height();
        rgb = picture.rgb();
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
        byte[] out = new byte[rgb.length];
        byte red = (byte) fill.red();
        byte green = (byte) fill.green();
        byte blue = (byte) fill.blue();
        int to = 0;
        for (int row = 0; row < height; row++) {
            double rowX = m[1] * (row + 0.5);
            double rowY = m[4] * (row + 0.5);
            for (int column = 0; column < width; column++, to += CHANNELS) {
                double x = m[0] * (column + 0.5) + rowX + m[2];
                double y = m[3] * (column + 0.5) + rowY + m[5];
                if (!(x >= 0 && x < width && y >= 0 && y < height)) {
                    out[to] = red;
                    out[to + 1] = green;
                    out[to + 2] = blue;
                } else if (cubic) {
                    cubic(x - 0.5, y - 0.5, out, to);
                } else {
                    linear(x - 0.5, y - 0.5, out, to);
                }
            }
        }
        return new Picture(picture.width(), picture.height(), out);
    }

    private int column(int x) {
        return CHANNELS * Math.max(0, Math.min(width - 1, x));
    }

    private int row(int y) {
        return CHANNELS * width * Math.max(0, Math.min(height - 1, y));
    }

    private void linear(double x, double y, byte[] out, int to) {
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

    private void cubic(double x, double y, byte[] out, int to) {
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
