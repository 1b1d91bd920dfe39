// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

/** Hears what a measurement does. */
public interface BenchListener {

    /**
     * Tells that the memory does not suffice and a smaller batch is tried.
     *
     * @param what the case that failed
     * @param next the batch size that is tried instead
     */
    void backedOff(BenchCase what, int next);
}
