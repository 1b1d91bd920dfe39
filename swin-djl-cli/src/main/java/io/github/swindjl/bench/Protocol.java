// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

/**
 * How a case is measured. Immutable.
 *
 * @param warmUp steps before the first timed one, at least 1
 * @param repeats timed steps, at least 1
 * @param outsideSeconds how long to go on after them to find the share of time outside libtorch; 0
 *     not to look for it
 */
public record Protocol(int warmUp, int repeats, double outsideSeconds) {

    /**
     * Checks the ranges.
     *
     * @param warmUp steps before the first timed one
     * @param repeats timed steps
     * @param outsideSeconds how long to look for the share of time outside libtorch
     * @throws IllegalArgumentException if a value is out of range
     */
    public Protocol {
        if (warmUp < 1 || repeats < 1) {
            throw new IllegalArgumentException(
                    "Found "
                            + warmUp
                            + " steps to warm up and "
                            + repeats
                            + " to time, expected at least 1 each");
        }
        if (!(outsideSeconds >= 0)) {
            throw new IllegalArgumentException(
                    "Found " + outsideSeconds + " seconds, expected 0 or more");
        }
    }
}
