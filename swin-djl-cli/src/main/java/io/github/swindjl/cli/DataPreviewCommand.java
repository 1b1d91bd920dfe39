// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.AugmentationPreview.Shown;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.report.AugmentationSheet;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.Png;
import io.github.swindjl.train.PictureChanges;
import io.github.swindjl.train.TrainingPreview;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code swin data preview}. */
@Command(
        name = "preview",
        description = {
            "Draws the first pictures of an epoch as a training sees them, with everything that"
                    + " was drawn at random under each; with --task segment under the colours of"
                    + " their classes, with --task simmim with the hidden parts grey.",
            "Takes the options of 'swin train', so that a training's command shows its own"
                    + " pictures. Prints the name of the PNG file it writes."
        })
final class DataPreviewCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private TrainOptions options;

    @Mixin private TaskOption task;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "24",
            description = "Pictures to draw (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--columns",
            paramLabel = "N",
            defaultValue = "6",
            description = "Pictures in a row (default: ${DEFAULT-VALUE}).")
    private int columns;

    @Option(
            names = "--epoch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Which epoch (default: ${DEFAULT-VALUE}, the first).")
    private int epoch;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "preview.png",
            description = "The picture to write (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() throws IOException {
        OptionChecks.atLeastOne(spec, "--count", count);
        OptionChecks.atLeastOne(spec, "--columns", columns);
        OptionChecks.atLeastOne(spec, "--epoch", epoch);
        OptionChecks.writable("--out", out);
        if (Fonts.problem().isPresent()) {
            throw new EnvironmentException(Fonts.problem().get());
        }
        try {
            Png.write(AugmentationSheet.draw(pictures(task.config(options)), columns), out);
        } catch (ConfigException e) {
            throw options.blamed(e);
        }
        Swin.of(spec).console().out().println(out);
        return ExitCode.OK;
    }

    private List<Shown> pictures(TrainConfig config) throws IOException {
        Swin swin = Swin.of(spec);
        Path sample = TrainingParts.sampleFolder(config);
        SwinConfig network = config.network();
        Preprocessing preprocessing =
                config.entry().preprocessing(network.imageHeight(), network.imageWidth());
        return switch (config.task()) {
            case CLASSIFY -> {
                PictureSource data = ClassificationParts.data(swin, config, sample).train();
                TrainingParts.requireOneUpdate(config, data);
                yield PictureChanges.preview(config, data, preprocessing, epoch - 1, count);
            }
            case SEGMENT -> {
                SegmentationFolder data = SegmentParts.data(swin, config, sample).train();
                TrainingParts.requireOneUpdate(config, data);
                yield TrainingPreview.labelled(config, data, epoch - 1, count);
            }
            case SIMMIM -> {
                PictureSource data = SimMimParts.data(swin, config, sample).train();
                TrainingParts.requireOneUpdate(config, data);
                yield TrainingPreview.masked(config, data, preprocessing, epoch - 1, count);
            }
        };
    }
}
