// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.data.SampleSet;
import io.github.swindjl.data.SampleSet.Layout;
import io.github.swindjl.data.SampleSet.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code swin data sample}. */
@Command(
        name = "sample",
        description = {
            "Draws the built-in picture set: twelve classes of shapes and textures, the same for"
                    + " the same options.",
            "A folder that holds this very set already is left as it is."
        })
final class DataSampleCommand implements Callable<Integer> {

    /** Where the set for classification lies unless the user says otherwise. */
    static final Path DEFAULT_FOLDER = Path.of("sample-data");

    /** Where the set with masks lies unless the user says otherwise. */
    static final Path DEFAULT_SCENES = Path.of("sample-data-ade20k");

    @Spec private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "A new or empty folder (default: sample-data, or sample-data-ade20k for "
                            + "that layout).")
    private Path folder;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            defaultValue = "imagenet",
            description =
                    "imagenet: a folder for each class; ade20k: pictures with masks (default:"
                            + " ${DEFAULT-VALUE}).")
    private Layout layout;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of everything random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Width and height in pixels (default: 64, for ade20k 128).")
    private Integer size;

    @Option(
            names = "--train",
            paramLabel = "N",
            description = "Training pictures of each class (default: 400, for ade20k 100).")
    private Integer train;

    @Option(
            names = "--val",
            paramLabel = "N",
            description = "Validation pictures of each class (default: 40, for ade20k 8).")
    private Integer val;

    @Override
    public Integer call() throws IOException {
        Options options = options();
        Path target = folder != null ? folder : defaultFolder();
        draw(Swin.of(spec), target, options);
        int classes = SampleSet.classes().size();
        Swin.of(spec)
                .console()
                .out()
                .printf(
                        "%s: %d training and %d validation pictures of %d classes, %dx%d%n",
                        target,
                        classes * options.trainPerClass(),
                        classes * options.valPerClass(),
                        classes,
                        options.side(),
                        options.side());
        return ExitCode.OK;
    }

    /** Draws a set unless it is there already, and tells the user which of both. */
    static void draw(Swin swin, Path target, Options options) throws IOException {
        int pictures =
                SampleSet.classes().size() * (options.trainPerClass() + options.valPerClass());
        long begin = System.nanoTime();
        boolean drawn = SampleSet.create(target, options);
        swin.note(
                drawn
                        ? String.format(
                                "Drew %d pictures in %.1f s.",
                                pictures, (System.nanoTime() - begin) / 1e9)
                        : "The pictures are there already.");
    }

    private Path defaultFolder() {
        return layout == Layout.IMAGENET ? DEFAULT_FOLDER : DEFAULT_SCENES;
    }

    private Options options() {
        Options usual = Options.of(layout);
        try {
            return new Options(
                    layout,
                    size == null ? usual.side() : size,
                    train == null ? usual.trainPerClass() : train,
                    val == null ? usual.valPerClass() : val,
                    seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--size, --train or --val: " + e.getMessage(), e);
        }
    }
}
