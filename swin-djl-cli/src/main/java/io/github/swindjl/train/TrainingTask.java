// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a network is trained for: batches, a loss and an evaluation. Used by one thread.
 *
 * <p>For the same arguments everything has to be the same, whenever and however often it is asked
 * for; resuming relies on it.
 */
public interface TrainingTask {

    /**
     * One batch on the device.
     *
     * @param inputs what the network sees
     * @param target what {@link TrainingTask#loss} compares its output with
     * @param size number of samples
     */
    record Batch(NDList inputs, NDArray target, int size) {

        /**
         * Describes a batch of a network with one input.
         *
         * @param input what the network sees
         * @param target what its output is compared with
         * @param size number of samples
         */
        public Batch(NDArray input, NDArray target, int size) {
            this(new NDList(input), target, size);
        }
    }

    /** The batches of one epoch. */
    interface Batches extends AutoCloseable {

        /**
         * Returns the next batch.
         *
         * @param manager owner of the batch's arrays
         * @return the batch
         * @throws IOException if data cannot be read
         */
        Batch next(NDManager manager) throws IOException;

        /**
         * Returns how long {@link #next} has waited for data so far.
         *
         * @return nanoseconds
         */
        long waitNanos();

        @Override
        void close();
    }

    /**
     * Returns the number of batches in an epoch, all full.
     *
     * @return the number, at least 1
     */
    long batchesPerEpoch();

    /**
     * Starts an epoch.
     *
     * @param epoch the epoch, from 0
     * @param skip how many of its batches to leave out
     * @return the batches that follow
     * @throws IOException if data cannot be read
     */
    Batches open(int epoch, long skip) throws IOException;

    /**
     * Starts the run with batches of another size, to find out which fits into memory.
     *
     * @param batchSize samples in a batch, fewer than the configuration asks for
     * @return the batches, of which one at least is there
     * @throws IOException if data cannot be read
     */
    Batches trial(int batchSize) throws IOException;

    /**
     * Returns how many pictures a batch must have at least.
     *
     * @return the number, at least 1
     */
    default int leastBatch() {
        return 1;
    }

    /**
     * Computes the loss of a batch.
     *
     * @param output what the network made of the batch, all of its outputs
     * @param batch the batch
     * @param scale scalar to multiply the first result by
     * @return two scalars with the output's manager: the update's share of the loss, scaled, to be
     *     differentiated; and the mean loss itself
     */
    NDList loss(NDList output, Batch batch, NDArray scale);

    /**
     * Returns the names of what {@link #evaluate} finds.
     *
     * @return names in the order in which to show them
     */
    List<String> metrics();

    /**
     * Evaluates the network as it is.
     *
     * @return a figure for each of {@link #metrics}
     * @throws IOException if data cannot be read
     */
    Map<String, Double> evaluate() throws IOException;

    /**
     * Tells how good the network is.
     *
     * @param figures what {@link #evaluate} found
     * @return a number of which more is better; null if the figures lack what it needs
     */
    Double score(Map<String, Double> figures);
}
