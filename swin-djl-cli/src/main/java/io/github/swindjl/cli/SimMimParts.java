// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.MaskGenerator;
import io.github.swindjl.data.TrainVal;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.CpuThreads;
import io.github.swindjl.train.RandomPurpose;
import io.github.swindjl.train.SimMimTask;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.SimMimModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a pre-training without labels needs before its first step.
 *
 * @param config what decides the run
 * @param data pictures to learn from and to validate on; classes do not matter
 * @param model the model, closed with this
 * @param task what it is trained for
 * @param precision of the heavy products
 * @param threads what one operation uses, until this is closed
 */
record SimMimParts(
        TrainConfig config,
        TrainVal data,
        SimMimModel model,
        SimMimTask task,
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
    static SimMimParts of(Swin swin, TrainConfig config, Path sampleFolder, Device device)
            throws IOException {
        ModelEntry entry = config.entry();
        SwinConfig network = config.network();
        config.simmim().masks(network);
        Precision precision = config.precision().on(device);
        TrainVal data = data(swin, config, sampleFolder);
        TrainingParts.requireOneUpdate(config, data.train());
        ModelDescription description =
                new ModelDescription(
                        entry.name(),
                        network,
                        List.of(),
                        entry.preprocessing(network.imageHeight(), network.imageWidth()));
        SimMimModel model = model(swin, config, description, device);
        try {
            return new SimMimParts(
                    config,
                    data,
                    model,
                    new SimMimTask(model, data, config),
                    precision,
                    CpuThreads.of(config, model.block()));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Opens the pictures, after drawing the built-in ones if they are wanted and missing. */
    static TrainVal data(Swin swin, TrainConfig config, Path sampleFolder) throws IOException {
        Path root = TrainingParts.pictures(swin, config, sampleFolder);
        double heldOut = config.simmim().heldOut();
        return config.data().skipBroken()
                ? LeftOut.telling(
                        swin, leftOut -> PictureSets.openReadableUnlabelled(root, heldOut, leftOut))
                : PictureSets.openUnlabelled(root, heldOut);
    }

    private static SimMimModel model(
            Swin swin, TrainConfig config, ModelDescription description, Device device)
            throws IOException {
        long seed = RandomPurpose.PARAMETERS.seed(config.seed(), 0);
        if (config.model().weights().isEmpty()) {
            return SimMimModel.create(description, device, seed);
        }
        Path weights =
                WeightsFile.find(swin, config.entry(), Path.of(config.model().weights().get()));
        SimMimModel model = SimMimModel.load(description, weights, device, seed);
        WeightsFile.tell(swin, model.report());
        return model;
    }

    @Override
    public Optional<Integer> classes() {
        return Optional.empty();
    }

    @Override
    public String pictures() {
        MaskGenerator masks = config.simmim().masks(model.description().config());
        return String.format(
                Locale.ROOT,
                "%s; %d of %d cells of %dx%d pixels hidden",
                ModelsCommand.describe(model.description().preprocessing()),
                masks.hiddenCells(),
                (masks.side() / masks.cell()) * (masks.side() / masks.cell()),
                masks.cell(),
                masks.cell());
    }
}
