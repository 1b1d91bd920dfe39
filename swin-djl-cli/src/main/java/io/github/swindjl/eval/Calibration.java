// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How sure a classifier was, against how often it was right: samples in {@value #BINS} bins of
 * equal width by the probability of their predicted class. Sums are exact, so parts merge to the
 * whole in any order.
 *
 * <p>Bin {@code i} holds the probabilities above {@code i / 15} up to {@code (i + 1) / 15}, as in
 * Guo et al., <a href="https://arxiv.org/abs/1706.04599">On Calibration of Modern Neural
 * Networks</a>.
 *
 * @param bins the bins, from unsure to sure
 */
public record Calibration(List<Bin> bins) {

    /** Number of bins. */
    public static final int BINS = 15;

    /**
     * Samples whose predicted class had about the same probability.
     *
     * @param count number of samples
     * @param correct how many of them were predicted correctly
     * @param confidenceSum sum of the probabilities, each rounded to 12 decimals before it was
     *     added
     */
    public record Bin(long count, long correct, BigDecimal confidenceSum) {

        /**
         * Checks the counts.
         *
         * @throws IllegalArgumentException if more samples are correct than there are
         */
        public Bin {
            if (count < 0 || correct < 0 || correct > count) {
                throw new IllegalArgumentException(
                        correct + " correct of " + count + " samples is not possible.");
            }
        }

        /**
         * Returns the share of samples that were predicted correctly.
         *
         * @return between 0 and 1; NaN without samples
         */
        public double accuracy() {
            return (double) correct / count;
        }

        /**
         * Returns the mean probability of the predicted class.
         *
         * @return between 0 and 1; NaN without samples
         */
        public double confidence() {
            return confidenceSum.doubleValue() / count;
        }

        private Bin merge(Bin other) {
            return new Bin(
                    count + other.count,
                    correct + other.correct,
                    confidenceSum.add(other.confidenceSum));
        }
    }

    /** Counts samples. Not thread-safe. */
    static final class Builder {

        private final long[] count = new long[BINS];
        private final long[] correct = new long[BINS];
        private final BigDecimal[] sum = new BigDecimal[BINS];

        Builder() {
            Arrays.fill(sum, ClassificationResult.ZERO);
        }

        void add(double probability, boolean right) {
            int bin = Math.max(0, Math.min(BINS - 1, (int) Math.ceil(probability * BINS) - 1));
            count[bin]++;
            correct[bin] += right ? 1 : 0;
            sum[bin] = sum[bin].add(ClassificationResult.rounded(probability));
        }

        Calibration build() {
            List<Bin> bins = new ArrayList<>(BINS);
            for (int i = 0; i < BINS; i++) {
                bins.add(new Bin(count[i], correct[i], sum[i]));
            }
            return new Calibration(bins);
        }
    }

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there are not {@value #BINS} bins
     */
    public Calibration {
        bins = List.copyOf(bins);
        if (bins.size() != BINS) {
            throw new IllegalArgumentException(
                    "A calibration has " + BINS + " bins, got " + bins.size() + ".");
        }
    }

    /**
     * Returns the number of samples.
     *
     * @return sum over the bins
     */
    public long count() {
        return bins.stream().mapToLong(Bin::count).sum();
    }

    /**
     * Returns how many samples were predicted correctly.
     *
     * @return sum over the bins
     */
    public long correct() {
        return bins.stream().mapToLong(Bin::correct).sum();
    }

    /**
     * Returns the expected calibration error: the mean over all samples of the distance between a
     * bin's accuracy and its mean confidence.
     *
     * @return between 0 and 1, 0 for a perfectly calibrated classifier; NaN without samples
     */
    public double expectedError() {
        double sum = 0;
        for (Bin bin : bins) {
            sum += Math.abs(bin.correct() - bin.confidenceSum().doubleValue());
        }
        return sum / count();
    }

    /**
     * Adds other samples.
     *
     * @param other counts over other samples
     * @return the counts over both
     */
    public Calibration merge(Calibration other) {
        List<Bin> both = new ArrayList<>(BINS);
        for (int i = 0; i < BINS; i++) {
            both.add(bins.get(i).merge(other.bins.get(i)));
        }
        return new Calibration(both);
    }
}
