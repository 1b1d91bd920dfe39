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

    /**
     * More than sums of float32 can be off: sixteen products of up to 255, each wrong by less than
     * 4e-7 of that, and as many roundings of sums below 600.
     */
    private static final float DOUBT = 1f / 256;

    private final int width;
    private final int height;
    private final byte[] rgb;
    private final byte[] out;
    private final float[][] wide;
    private final float[] sums;
    private final float[][] shifted;
    private final boolean cubic;

    private Warp(Picture picture, Interpolation interpolation) {
        width = picture.width();
        height = picture.height();
        rgb = picture.rgb();
        out = new byte[rgb.length];
        wide = new float[height][CHANNELS * width];
        for (int y = 0, from = 0; y < height; y++) {
            float[] row = wide[y];
            for (int i = 0; i < row.length; i++) {
                row[i] = rgb[from++] & 0xFF;
            }
        }
        sums = new float[CHANNELS * width];
        shifted = new float[4][CHANNELS * width];
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
                turnedRow(m, row, fill);
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
            int length = CHANNELS * (until - from);
            for (int k = 0; k < shifted.length; k++) {
                int start = CHANNELS * (from + whole - 1 + k);
                System.arraycopy(wide[row], start, shifted[k], 0, length);
            }
            sum(shifted[0], shifted[1], shifted[2], shifted[3], shift - whole, length);
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
                wide[Math.max(0, top - 1)],
                wide[top],
                wide[top + 1],
                wide[Math.min(height - 1, top + 2)],
                shift - top,
                CHANNELS * width);
        finish(m, row, 0, width, fill);
    }

    /** A row of places that all lie differently between their neighbours. */
    private void turnedRow(double[] m, int row, Fill fill) {
        double rowX = m[1] * (row + 0.5) + m[2] - 0.5;
        double rowY = m[4] * (row + 0.5) + m[5] - 0.5;
        int to = CHANNELS * row * width;
        for (int column = 0; column < width; column++, to += CHANNELS) {
            double x = m[0] * (column + 0.5) + rowX;
            double y = m[3] * (column + 0.5) + rowY;
            boolean inner = x >= 2 && x < width - 3 && y >= 2 && y < height - 3;
            if (!inner || !near(x, y, to)) {
                exact(m, row, column, column + 1, fill);
            }
        }
    }

    /**
     * Computes an inner pixel in float32.
     *
     * @return whether no sample is doubtful
     */
    private boolean near(double x, double y, int to) {
        int left = (int) x;
        int top = (int) y;
        float dx = (float) (x - left);
        float dy = (float) (y - top);
        float x0 = first(dx);
        float x2 = third(dx);
        float x3 = fourth(dx);
        float x1 = 1 - x0 - x2 - x3;
        float y0 = first(dy);
        float y2 = third(dy);
        float y3 = fourth(dy);
        float y1 = 1 - y0 - y2 - y3;
        boolean upright = dx == 0;
        float[] row0 = wide[top - 1];
        float[] row1 = wide[top];
        float[] row2 = wide[top + 1];
        float[] row3 = wide[top + 2];
        int at = CHANNELS * left;
        boolean sure = true;
        for (int c = 0; c < CHANNELS; c++) {
            float value =
                    upright
                            ? y0 * row0[at + c]
                                    + y1 * row1[at + c]
                                    + y2 * row2[at + c]
                                    + y3 * row3[at + c]
                            : y0 * along(row0, at + c, x0, x1, x2, x3)
                            + y1 * along(row1, at + c, x0, x1, x2, x3)
                            + y2 * along(row2, at + c, x0, x1, x2, x3)
                            + y3 * along(row3, at + c, x0, x1, x2, x3);
            sure &= !isDoubtful(value);
            out[to + c] = cut(value);
        }
        return sure;
    }

    private static float along(float[] row, int at, float w0, float w1, float w2, float w3) {
        return w0 * row[at - CHANNELS]
                + w1 * row[at]
                + w2 * row[at + CHANNELS]
                + w3 * row[at + 2 * CHANNELS];
    }

    /** Weight of the neighbour before the middle two, of which the second is {@code d} away. */
    private float first(float d) {
        return cubic ? d * (-1 + d * (2 - d)) : 0;
    }

    private float third(float d) {
        return cubic ? d * (1 + d * (1 - d)) : d;
    }

    private float fourth(float d) {
        return cubic ? d * d * (d - 1) : 0;
    }

    /** Weighs the samples of four rows, each with one weight for all. */
    private void sum(float[] r0, float[] r1, float[] r2, float[] r3, double place, int length) {
        float d = (float) place;
        float w0 = first(d);
        float w2 = third(d);
        float w3 = fourth(d);
        sum(sums, r0, r1, r2, r3, w0, 1 - w0 - w2 - w3, w2, w3, length);
    }

    /** Becomes vector code because all arrays have the same index. */
    private static void sum(
            float[] sums,
            float[] r0,
            float[] r1,
            float[] r2,
            float[] r3,
            float w0,
            float w1,
            float w2,
            float w3,
            int length) {
        for (int i = 0; i < length; i++) {
            sums[i] = w0 * r0[i] + w1 * r1[i] + w2 * r2[i] + w3 * r3[i];
        }
    }

    /** Cuts sums off to levels, and computes again the pixels that are doubtful. */
    private void finish(double[] m, int row, int from, int until, Fill fill) {
        int to = CHANNELS * (row * width + from);
        int i = 0;
        for (int column = from; column < until; column++, i += CHANNELS, to += CHANNELS) {
            float red = sums[i];
            float green = sums[i + 1];
            float blue = sums[i + 2];
            if (isDoubtful(red) || isDoubtful(green) || isDoubtful(blue)) {
                exact(m, row, column, column + 1, fill);
            } else {
                out[to] = cut(red);
                out[to + 1] = cut(green);
                out[to + 2] = cut(blue);
            }
        }
    }

    /**
     * Sums in float32 are a little off, so one that lies next to a whole number does not tell on
     * which side of it Pillow's is.
     */
    private static boolean isDoubtful(float sum) {
        return Math.abs(sum - (int) (sum + 0.5f)) < DOUBT;
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

    private static byte cut(float value) {
        return (byte) Math.max(0, Math.min(255, (int) value));
    }
}
