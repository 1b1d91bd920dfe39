// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import java.time.Duration;
import java.util.Map;

/** Hears of a run's progress, on the thread that trains; what it does there, training waits for. */
public interface TrainingListener {

    /** A listener that ignores everything. */
    TrainingListener NONE = new TrainingListener() {};

    /**
     * What a run is going to do.
     *
     * @param parameters number of trained values
     * @param epochs epochs of the whole run
     * @param updatesPerEpoch updates in each
     * @param from where the run begins, which is not the start when it was resumed
     */
    record Plan(long parameters, int epochs, long updatesPerEpoch, CheckpointState from) {}

    /**
     * Figures of the updates since the last report.
     *
     * @param epoch epoch under way, from 1
     * @param updateInEpoch updates completed in it
     * @param update updates completed since the run began
     * @param loss mean training loss; NaN if none was finite
     * @param rate learning rate of the last update
     * @param gradientNorm global norm of the last update's gradients before clipping
     * @param leftOut updates left out since the run began, for gradients that were not finite
     * @param imagesPerSecond samples trained on per second
     * @param dataWait share of the time spent waiting for data, 0 to 1
     * @param memoryMegabytes memory in use, NaN where the system does not tell
     * @param remaining estimated time that the updates still to come take
     */
    record Step(
            int epoch,
            long updateInEpoch,
            long update,
            double loss,
            double rate,
            double gradientNorm,
            long leftOut,
            double imagesPerSecond,
            double dataWait,
            double memoryMegabytes,
            Duration remaining) {}

    /**
     * Figures of one epoch.
     *
     * @param epoch the epoch, from 1
     * @param trainLoss mean training loss
     * @param imagesPerSecond samples trained on per second, in what of the epoch this process did
     * @param metrics what the evaluation found, by name; empty if none was due
     */
    record Epoch(
            int epoch, double trainLoss, double imagesPerSecond, Map<String, Double> metrics) {}

    /**
     * Training begins.
     *
     * @param plan what the run is going to do
     */
    default void started(Plan plan) {}

    /**
     * Some updates are done.
     *
     * @param step their figures
     */
    default void stepDone(Step step) {}

    /**
     * The evaluation of an epoch begins.
     *
     * @param epoch the epoch, from 1
     */
    default void evaluating(int epoch) {}

    /**
     * An epoch is done.
     *
     * @param epoch its figures
     */
    default void epochDone(Epoch epoch) {}

    /**
     * Training ends before its last epoch because evaluations no longer get better.
     *
     * @param epoch the last epoch, from 1
     */
    default void endedEarly(int epoch) {}

    /**
     * A checkpoint is complete on the disk.
     *
     * @param checkpoint the checkpoint
     */
    default void checkpointSaved(Checkpoint checkpoint) {}

    /**
     * Training stops before its end because someone asked for it.
     *
     * @param checkpoint where it can go on
     */
    default void stopped(Checkpoint checkpoint) {}
}
