// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

/** The two splits that training needs. */
public interface DataSplits {

    /**
     * Returns what to learn from.
     *
     * @return the first split
     */
    DataSplit train();

    /**
     * Returns what to validate on.
     *
     * @return the second split
     */
    DataSplit val();
}
