// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.util.List;
import java.util.Optional;

/**
 * How the pictures of a batch are mixed: picture {@code i} of {@code n} with its partner {@code n -
 * 1 - i}, the same place counted from the end.
 *
 * <p>The loss of a mixed picture is that of its own label times {@link Mix#lambda()} plus that of
 * its partner's label times the rest.
 *
 * @param mixes one for each picture of the batch
 */
public record MixPlan(List<Mix> mixes) {

    /** Copies the list. {@inheritDoc} */
    public MixPlan {
        mixes = List.copyOf(mixes);
    }

    /**
     * How one picture is mixed. Without a box every pixel is {@code lambda} times the picture's
     * plus {@code 1 - lambda} times the partner's; with a box the pixels in it are the partner's.
     *
     * @param lambda weight of the picture's own label, 0 to 1
     * @param box the part that comes from the partner, if that is how they are mixed
     */
    public record Mix(double lambda, Optional<Box> box) {

        static final Mix NONE = new Mix(1, Optional.empty());

        /**
         * Returns the weight of the picture's own pixels outside any box.
         *
         * @return lambda, or 1 where there is a box
         */
        public double pixelWeight() {
            return box.isPresent() ? 1 : lambda;
        }
    }

    /**
     * A part of a picture.
     *
     * @param top first row
     * @param bottom last row, exclusive
     * @param left first column
     * @param right last column, exclusive
     */
    public record Box(int top, int bottom, int left, int right) {

        /**
         * Tells whether clipping left nothing.
         *
         * @return whether there is no pixel in it
         */
        public boolean isEmpty() {
            return area() == 0;
        }

        int area() {
            return (bottom - top) * (right - left);
        }
    }

    /**
     * Returns the partner of a picture.
     *
     * @param sample place in the batch
     * @return place of the partner in the batch
     */
    public int partner(int sample) {
        return mixes.size() - 1 - sample;
    }

    /**
     * Returns the partners' labels.
     *
     * @param labels one for each picture
     * @return one for each picture
     */
    public int[] partnerLabels(int[] labels) {
        int[] partners = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            partners[i] = labels[partner(i)];
        }
        return partners;
    }

    /**
     * Returns the weights of the pictures' own labels.
     *
     * @return one for each picture, 0 to 1
     */
    public float[] lambdas() {
        float[] lambdas = new float[mixes.size()];
        for (int i = 0; i < lambdas.length; i++) {
            lambdas[i] = (float) mixes.get(i).lambda();
        }
        return lambdas;
    }

    /**
     * Tells whether every picture stays as it is.
     *
     * @return whether there is nothing to do
     */
    public boolean isNone() {
        return mixes.stream().allMatch(Mix.NONE::equals);
    }
}
