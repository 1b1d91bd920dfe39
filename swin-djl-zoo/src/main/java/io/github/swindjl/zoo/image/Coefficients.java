// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

/**
 * The fixed-point weights of one axis: output pixel {@code i} is the weighted sum of {@code
 * count(i)} input pixels from {@code first(i)} on.
 */
final class Coefficients {

    /** Fractional bits: 32 less 8 for the sample and 2 for the overshoot of the kernels. */
    static final int PRECISION_BITS = 22;

    private final int[] first;
    private final int[] count;
    private final int[] weights;
    private final int stride;

    private Coefficients(int length, int stride) {
        this(new int[length], new int[length], new int[Math.multiplyExact(length, stride)], stride);
    }

    private Coefficients(int[] first, int[] count, int[] weights, int stride) {
        this.first = first;
        this.count = count;
        this.weights = weights;
        this.stride = stride;
    }

    /**
     * Computes the weights of the outputs {@code from} to {@code from + length - 1} of an axis that
     * maps the stretch {@code start..end} of {@code inputSize} pixels onto {@code outputSize}.
     *
     * <p>The stretch is in float32 because that is how Pillow stores a box.
     */
    static Coefficients of(
            Interpolation filter,
            int inputSize,
            float start,
            float end,
            int outputSize,
            int from,
            int length) {
        double scale = (double) (end - start) / outputSize;
        double widening = Math.max(1, scale);
        double support = filter.support() * widening;
        double shrink = 1 / widening;
        int stride = Math.min((int) Math.ceil(support) * 2 + 1, inputSize);
        Coefficients result = new Coefficients(length, stride);
        double[] kernel = new double[stride];
        for (int i = 0; i < length; i++) {
            double center = start + (from + i + 0.5) * scale;
            int low = Math.max(0, (int) (center - support + 0.5));
            int high = Math.min(inputSize, (int) (center + support + 0.5));
            double sum = 0;
            for (int k = 0; k < high - low; k++) {
                kernel[k] = filter.weight((low + k - center + 0.5) * shrink);
                sum += kernel[k];
            }
            result.store(i, low, kernel, high - low, sum == 0 ? 1 : sum);
        }
        return result;
    }

    /** Keeps one output's normalised weights without the zeros at both ends. */
    private void store(int i, int low, double[] kernel, int taps, double sum) {
        int begin = 0;
        int end = taps;
        while (begin < end && fixed(kernel[begin] / sum) == 0) {
            begin++;
        }
        while (end > begin && fixed(kernel[end - 1] / sum) == 0) {
            end--;
        }
        first[i] = low + begin;
        count[i] = end - begin;
        for (int k = begin; k < end; k++) {
            weights[i * stride + k - begin] = fixed(kernel[k] / sum);
        }
    }

    /** Rounds half away from zero. */
    private static int fixed(double weight) {
        double scaled = weight * (1 << PRECISION_BITS);
        return (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }

    /** The same weights for an input that begins with the given pixel of this one's. */
    Coefficients from(int pixel) {
        int[] moved = first.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] -= pixel;
        }
        return new Coefficients(moved, count, weights, stride);
    }

    int length() {
        return first.length;
    }

    int first(int i) {
        return first[i];
    }

    int count(int i) {
        return count[i];
    }

    /** The weight of input pixel {@code first(i) + k} in output pixel {@code i}. */
    int weight(int i, int k) {
        return weights[i * stride + k];
    }

    /** The first input pixel that any output needs. */
    int begin() {
        int begin = Integer.MAX_VALUE;
        for (int low : first) {
            begin = Math.min(begin, low);
        }
        return begin;
    }

    /** The pixel behind the last one that any output needs. */
    int end() {
        int end = 0;
        for (int i = 0; i < first.length; i++) {
            end = Math.max(end, first[i] + count[i]);
        }
        return end;
    }

    /** A bound on how far apart two input pixels of one output can be, both included. */
    int span() {
        return stride;
    }
}
