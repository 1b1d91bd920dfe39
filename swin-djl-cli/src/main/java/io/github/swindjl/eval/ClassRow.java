// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

/**
 * Exact counts of one class.
 *
 * @param label name of the class
 * @param support samples that truly belong to it
 * @param predicted samples that were predicted to belong to it
 * @param top1Correct samples of it that were predicted correctly
 * @param top5Correct samples of it for which it was among the first five predictions
 */
public record ClassRow(
        String label, long support, long predicted, long top1Correct, long top5Correct) {

    /**
     * Returns the share of the class's samples that were recognised.
     *
     * @return between 0 and 1; NaN when the class has no sample
     */
    public double recall() {
        return (double) top1Correct / support;
    }

    /**
     * Returns the share of the class's samples for which it was among the first five predictions.
     *
     * @return between 0 and 1; NaN when the class has no sample
     */
    public double top5() {
        return (double) top5Correct / support;
    }

    /**
     * Returns the share of right ones among the samples predicted to belong to the class.
     *
     * @return between 0 and 1; NaN when the class was never predicted
     */
    public double precision() {
        return (double) top1Correct / predicted;
    }
}
