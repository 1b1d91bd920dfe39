// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.CpuThreads;
import io.github.swindjl.train.RandomPurpose;
import io.github.swindjl.train.SegmentationTask;
import io.github.swindjl.train.config.SegmentationConfig;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.SegmentationDescription;
import io.github.swindjl.zoo.SegmentationModel;
import io.github.swindjl.zoo.image.FitBox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What a training to label pixels needs before its first step.
 *
 * @param config what decides the run
 * @param data pictures to learn from and to validate on
 * @param model the model, closed with this
 * @param task what it is trained for
 * @param precision of the heavy products
 * @param threads what one operation uses, until this is closed
 */
record SegmentParts(
        TrainConfig config,
        SegmentationFolder.TrainVal data,
        SegmentationModel model,
        SegmentationTask task,
        Precision precision,
        CpuThreads threads)
        implements TrainingParts {

    static SegmentParts of(Swin swin, TrainConfig config, Path sampleFolder, Device device)
            throws IOException {
        Precision precision = config.precision().on(device);
        SegmentationFolder.TrainVal data = data(swin, config, sampleFolder);
        TrainingParts.requireOneUpdate(config, data.train());
        SegmentationModel model = model(swin, config, data, device);
        try {
            return new SegmentParts(
                    config,
                    data,
                    model,
                    new SegmentationTask(model, data, config),
                    precision,
                    CpuThreads.of(config, model.block()));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Opens the pictures, after drawing the built-in ones if they are wanted and missing. */
    static SegmentationFolder.TrainVal data(Swin swin, TrainConfig config, Path sampleFolder)
            throws IOException {
        boolean sample = config.data().path().equals(SAMPLE);
        if (sample) {
            DataSampleCommand.draw(
                    swin, sampleFolder, SampleSet.Options.of(SampleSet.Layout.ADE20K));
        }
        Path root = sample ? sampleFolder : Path.of(config.data().path());
        return config.data().skipBroken()
                ? LeftOut.telling(
                        swin, leftOut -> SegmentationFolder.openReadableTrainAndVal(root, leftOut))
                : SegmentationFolder.openTrainAndVal(root);
    }

    private static SegmentationModel model(
            Swin swin, TrainConfig config, SegmentationFolder.TrainVal data, Device device)
            throws IOException {
        SegmentationConfig head = config.segmentation();
        SegmentationDescription description =
                SegmentationDescription.of(
                        "upernet_" + config.entry().name(),
                        new UperNetConfig(
                                config.network(),
                                data.train().rules().palette().size(),
                                head.channels(),
                                head.auxiliaryChannels(),
                                head.dropout()),
                        data.train().rules().palette(),
                        head.fitBox());
        long seed = RandomPurpose.PARAMETERS.seed(config.seed(), 0);
        if (config.model().weights().isEmpty()) {
            return SegmentationModel.create(description, device, seed);
        }
        Path weights =
                WeightsFile.find(swin, config.entry(), Path.of(config.model().weights().get()));
        SegmentationModel model = SegmentationModel.tune(description, weights, device, seed);
        WeightsFile.tell(swin, model.report());
        return model;
    }

    @Override
    public Optional<Integer> classes() {
        return Optional.of(model.description().palette().size());
    }

    @Override
    public String pictures() {
        FitBox box = model.description().box();
        return String.format(
                Locale.ROOT,
                "fitted into %dx%d, crops of %d to learn from",
                box.longer(),
                box.shorter(),
                config.segmentation().crop());
    }
}
