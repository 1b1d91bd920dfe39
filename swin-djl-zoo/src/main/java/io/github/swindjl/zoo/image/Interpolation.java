// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

/**
 * The resampling filters, as Pillow defines them.
 *
 * <p>Except for {@link #NEAREST} each is a kernel around the centre of an output pixel; when a
 * picture shrinks, the kernel is widened by the factor, so that every input pixel counts.
 */
public enum Interpolation {
    /** The input pixel under the output pixel's centre; no averaging. */
    NEAREST(0),
    /** The mean of the covered input pixels. */
    BOX(0.5) {
        @Override
        double weight(double x) {
            return x > -0.5 && x <= 0.5 ? 1 : 0;
        }
    },
    /** A triangle. */
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    /** A sinc of one lobe under a Hamming window, whose two constants are of float32. */
    HAMMING(1) {
        @Override
        double weight(double x) {
            double t = Math.PI * Math.abs(x);
            return Math.abs(x) < 1 ? sinc(t) * (0.54f + 0.46f * Math.cos(t)) : 0;
        }
    },
    /** Keys' cubic with the parameter -0.5. */
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double a = -0.5;
            double t = Math.abs(x);
            if (t < 1) {
                return ((a + 2) * t - (a + 3)) * t * t + 1;
            }
            return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
        }
    },
    /** A sinc of three lobes under the sinc window. */
    LANCZOS(3) {
        @Override
        double weight(double x) {
            return x >= -3 && x < 3 ? sinc(Math.PI * x) * sinc(Math.PI * (x / 3)) : 0;
        }
    };

    private final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /** Returns the distance from the centre, in output pixels, beyond which the kernel is 0. */
    double support() {
        return support;
    }

    /** Returns the kernel's value at a distance from the centre; nearest has no kernel. */
    double weight(double x) {
        throw new UnsupportedOperationException(name() + " has no kernel");
    }

    private static double sinc(double t) {
        return t == 0 ? 1 : Math.sin(t) / t;
    }
}
