// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.TrainVal;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.ClassificationTask;
import io.github.swindjl.train.CpuThreads;
import io.github.swindjl.train.RandomPurpose;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a training to classify needs before its first step: the pictures and the model on its
 * device.
 *
 * @param config what decides the run
 * @param data pictures to learn from and to validate on
 * @param model the model, closed with this
 * @param task what it is trained for
 * @param precision of the heavy products
 * @param threads what one operation uses, until this is closed
 */
record ClassificationParts(
        TrainConfig config,
        TrainVal data,
        SwinModel model,
        ClassificationTask task,
        Precision precision,
        CpuThreads threads)
        implements TrainingParts {

    /**
     * Opens the pictures and makes the model.
     *
     * @param config what decides the run
     * @param sampleFolder where the built-in pictures are, drawn when they are missing and wanted
     * @param device where to train
     * @throws IOException if the pictures or the first weights cannot be used
     * @throws ConfigException if the configuration does not fit together
     */
    static ClassificationParts of(Swin swin, TrainConfig config, Path sampleFolder, Device device)
            throws IOException {
        ModelEntry entry = config.entry();
        SwinConfig network = config.network();
        Precision precision = config.precision().on(device);
        TrainVal data = data(swin, config, sampleFolder);
        TrainingParts.requireOneUpdate(config, data.train());
        Preprocessing preprocessing =
                entry.preprocessing(network.imageHeight(), network.imageWidth());
        ModelDescription description =
                new ModelDescription(entry.name(), network, data.train().classes(), preprocessing);
        SwinModel model = model(swin, config, description, device);
        try {
            ClassificationTask task =
                    new ClassificationTask(
                            model.block(), model.manager(), data, preprocessing, config);
            return new ClassificationParts(
                    config, data, model, task, precision, CpuThreads.of(config, model.block()));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Opens the pictures, after drawing the built-in ones if they are wanted and missing. */
    static TrainVal data(Swin swin, TrainConfig config, Path sampleFolder) throws IOException {
        Path root = TrainingParts.pictures(swin, config, sampleFolder);
        return config.data().skipBroken()
                ? LeftOut.telling(
                        swin, leftOut -> PictureSets.openReadableTrainAndVal(root, leftOut))
                : PictureSets.openTrainAndVal(root);
    }

    private static SwinModel model(
            Swin swin, TrainConfig config, ModelDescription description, Device device)
            throws IOException {
        long seed = RandomPurpose.PARAMETERS.seed(config.seed(), 0);
        if (config.model().weights().isEmpty()) {
            return SwinModel.create(description, device, seed);
        }
        Path weights =
                WeightsFile.find(swin, config.entry(), Path.of(config.model().weights().get()));
        SwinModel model = SwinModel.tune(description, weights, device, seed);
        WeightsFile.tell(swin, model.report());
        return model;
    }

    @Override
    public Optional<Integer> classes() {
        return Optional.of(data.train().classes().size());
    }

    @Override
    public String pictures() {
        return ModelsCommand.describe(model.description().preprocessing());
    }
}
