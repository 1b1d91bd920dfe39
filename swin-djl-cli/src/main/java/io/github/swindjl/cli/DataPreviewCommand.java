// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.AugmentationPreview.Shown;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.report.AugmentationSheet;
import io.github.swindjl.report.Fonts;
import io.github.swindjl.report.Png;
import io.github.swindjl.train.PictureChanges;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code swin data preview}. */
@Command(
        name = "preview",
        description = {
            "Draws the first pictures of an epoch as a training sees them, with everything that"
                    + " was drawn at random under each.",
            "Takes the options of 'swin train', so that a training's command shows its own"
                    + " pictures. Prints the name of the PNG file it writes."
        })
final class DataPreviewCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private TrainOptions options;

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
        if (Fonts.problem().isPresent()) {
            throw new EnvironmentException(Fonts.problem().get());
        }
        TrainConfig config = options.config(TrainConfig.defaults());
        if (config.task() != TrainConfig.Task.CLASSIFY) {
            throw new ParameterException(
                    spec.commandLine(),
                    "a preview shows pictures with one class each; this configuration's task is "
                            + config.task().name().toLowerCase(Locale.ROOT));
        }
        try {
            Png.write(AugmentationSheet.draw(pictures(config), columns), out);
        } catch (ConfigException e) {
            throw options.blamed(e);
        }
        Swin.of(spec).console().out().println(out);
        return ExitCode.OK;
    }

    private List<Shown> pictures(TrainConfig config) throws IOException {
        SwinConfig network = config.network();
        Preprocessing preprocessing =
                config.entry().preprocessing(network.imageHeight(), network.imageWidth());
        PictureSource data =
                ClassificationParts.data(Swin.of(spec), config, DataSampleCommand.DEFAULT_FOLDER)
                        .train();
        List<Shown> shown = PictureChanges.preview(config, data, preprocessing, epoch - 1, count);
        if (shown.isEmpty()) {
            throw new IOException(
                    data.root()
                            + " has "
                            + data.size()
                            + " pictures, which fill no batch of "
                            + config.training().batchSize()
                            + ": lower --batch-size.");
        }
        return shown;
    }
}
