// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import io.github.swindjl.data.ClassMatch;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * The outputs of a network among which it is judged, for data that has only some of its classes.
 *
 * <p>The other outputs are as if they were not there: prediction, rank, probability (softmax) and
 * loss all look at the chosen logits only. That is how ImageNet-A and ImageNet-R, of 200 classes
 * each, are defined for networks of 1000 classes, and how a network of 21,841 classes is asked
 * about 1000. Immutable.
 */
public final class OutputSubset {

    /** Every output, in the network's order. */
    public static final OutputSubset ALL = new OutputSubset(null);

    private final int[] outputs;

    private OutputSubset(int[] outputs) {
        this.outputs = outputs;
    }

    /**
     * Chooses outputs.
     *
     * @param outputs for each class of the data, in order of its index, the index of the network's
     *     output; at least one, none twice
     * @return the choice
     * @throws IllegalArgumentException if there is none, one is negative or one is given twice
     */
    public static OutputSubset of(int... outputs) {
        if (outputs.length == 0) {
            throw new IllegalArgumentException("A subset of outputs has at least one, got none.");
        }
        BitSet seen = new BitSet();
        for (int output : outputs) {
            if (output < 0 || seen.get(output)) {
                throw new IllegalArgumentException(
                        "Output "
                                + output
                                + (output < 0 ? " does not exist" : " is chosen twice")
                                + "; expected one of its own for each class.");
            }
            seen.set(output);
        }
        return new OutputSubset(outputs.clone());
    }

    /**
     * Chooses the outputs of the data's classes.
     *
     * @param match which outputs these are
     * @return the choice; {@link #ALL} if it is every output in its order
     */
    public static OutputSubset of(ClassMatch match) {
        return switch (match.kind()) {
            case SAME, NUMBERED -> ALL;
            case REORDERED, SUBSET, REDUCED -> of(match.outputs());
        };
    }

    /**
     * Returns the chosen outputs of a network.
     *
     * @param all number of the network's outputs
     * @return their indices, in order of the data's classes; empty if all are chosen
     * @throws IllegalArgumentException if the network lacks an output that was chosen
     */
    Optional<long[]> among(int all) {
        if (outputs == null) {
            return Optional.empty();
        }
        int largest = Arrays.stream(outputs).max().orElseThrow();
        if (largest >= all) {
            throw new IllegalArgumentException(
                    "Output "
                            + largest
                            + " was chosen, but the network has "
                            + all
                            + ", 0 to "
                            + (all - 1)
                            + ".");
        }
        return Optional.of(Arrays.stream(outputs).asLongStream().toArray());
    }
}
