// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

/**
 * The classes that are right for each sample. Usually one; ReaL labels name several, and for some
 * pictures none.
 *
 * <p>Of several, a sample counts for the one that the classifier ranks first ({@link
 * Outcome#ofAny}): a prediction is correct if it is any of them, top-5 correct if any of them is
 * among the first five. A sample without a class is not judged and not counted, as Beyer et al.
 * define it in <a href="https://arxiv.org/abs/2006.07159">Are we done with ImageNet?</a>
 */
@FunctionalInterface
public interface Truth {

    /**
     * Returns the classes of a sample.
     *
     * @param sample its index in the data set
     * @return indices of classes of the data, each once; empty if the sample is not to be judged;
     *     not to be changed
     */
    int[] of(int sample);
}
