// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.data.DataSplit;
import io.github.swindjl.data.DataSplits;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.CpuThreads;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.train.TrainingListener;
import io.github.swindjl.train.TrainingSetup;
import io.github.swindjl.train.TrainingTask;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a training run needs before its first step, made from its configuration and checked: the
 * pictures and the model on its device, which is closed with this.
 */
sealed interface TrainingParts extends AutoCloseable
        permits ClassificationParts, SegmentParts, SimMimParts {

    /** What {@code data.path} says for the pictures that the program draws. */
    String SAMPLE = "sample";

    /** The split to learn from, as manifests name it. */
    String TRAIN = "train";

    /** The split to validate on, as manifests name it. */
    String VAL = "val";

    /** What tells a part of the data from others. */
    record Split(Path folder, int pictures, String fingerprint) {

        private static Split of(DataSplit data) throws IOException {
            return new Split(data.root(), data.size(), data.fingerprint());
        }
    }

    /**
     * Opens the pictures and makes the model.
     *
     * @param config what decides the run
     * @param sampleFolder where the built-in pictures are, drawn when they are missing and wanted;
     *     null for the usual place
     * @param device where to train
     * @throws IOException if the pictures or the first weights cannot be used
     * @throws ConfigException if the configuration does not fit together
     */
    static TrainingParts of(Swin swin, TrainConfig config, Path sampleFolder, Device device)
            throws IOException {
        Path pictures = sampleFolder == null ? sampleFolder(config) : sampleFolder;
        return switch (config.task()) {
            case CLASSIFY -> ClassificationParts.of(swin, config, pictures, device);
            case SEGMENT -> SegmentParts.of(swin, config, pictures, device);
            case SIMMIM -> SimMimParts.of(swin, config, pictures, device);
        };
    }

    /** Returns where the built-in pictures for a task lie unless the user says otherwise. */
    static Path sampleFolder(TrainConfig config) {
        return config.task() == TrainConfig.Task.SEGMENT
                ? DataSampleCommand.DEFAULT_SCENES
                : DataSampleCommand.DEFAULT_FOLDER;
    }

    /** Finds the pictures, after drawing the built-in ones if they are wanted and missing. */
    static Path pictures(Swin swin, TrainConfig config, Path sampleFolder) throws IOException {
        if (!config.data().path().equals(SAMPLE)) {
            return DataFolder.find(swin, config.data().path());
        }
        DataSampleCommand.draw(swin, sampleFolder, SampleSet.Options.of(SampleSet.Layout.IMAGENET));
        return sampleFolder;
    }

    static void requireOneUpdate(TrainConfig config, DataSplit data) throws IOException {
        long needed = (long) config.training().batchSize() * config.training().accumulate();
        if (data.size() < needed) {
            throw new IOException(
                    data.root()
                            + " has "
                            + data.size()
                            + " pictures, one update needs "
                            + needed
                            + ": lower --batch-size or --accumulate, or add pictures.");
        }
    }

    /** Returns what decides the run. */
    TrainConfig config();

    /** Returns the pictures to learn from and to validate on. */
    DataSplits data();

    /** Returns the model. */
    LoadedModel model();

    /** Returns what the model is trained for. */
    TrainingTask task();

    /** Returns the precision of the heavy products. */
    Precision precision();

    /** Returns what one operation uses, until this is closed. */
    CpuThreads threads();

    /** Returns the number of classes, or nothing if labels do not matter. */
    Optional<Integer> classes();

    /** Returns what happens to pictures in evaluation, for people. */
    String pictures();

    /** Returns what tells both parts of the data from others. */
    default Map<String, Split> splits() throws IOException {
        Map<String, Split> splits = new LinkedHashMap<>();
        splits.put(TRAIN, Split.of(data().train()));
        splits.put(VAL, Split.of(data().val()));
        return splits;
    }

    /** Puts a run together. */
    default TrainingSetup setup(RunDirectory directory, TrainingListener listener) {
        return new TrainingSetup(
                config(),
                model().block(),
                model().description().toJson(),
                task(),
                directory,
                listener);
    }

    /** Returns the number of values in the network. */
    default long parameters() {
        return StateDict.of(model().block()).values().stream()
                .mapToLong(parameter -> parameter.getArray().size())
                .sum();
    }

    /** Returns the number of updates in an epoch. */
    default long updatesPerEpoch() {
        return task().batchesPerEpoch() / config().training().accumulate();
    }

    @Override
    default void close() {
        threads().close();
        model().close();
    }
}
