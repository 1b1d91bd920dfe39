// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.zoo.image.FitBox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a trained segmentation model is, besides its weights: the file {@code model.json} of a
 * checkpoint. Immutable, thread-safe.
 *
 * @param task always {@value #TASK}, which tells these files from those of classifiers
 * @param format version of this description, {@value #FORMAT}
 * @param name the model's name
 * @param network the network
 * @param palette the classes in the order of the logits
 * @param box where a picture is fitted before the network
 * @param mean of red, green and blue in 0..1
 * @param std divisors of red, green and blue
 */
public record SegmentationDescription(
        String task,
        int format,
        String name,
        UperNetConfig network,
        ClassPalette palette,
        FitBox box,
        List<Float> mean,
        List<Float> std)
        implements NetworkDescription {

    /** What {@code task} says. */
    public static final String TASK = "segment";

    /** The version this program writes, and the only one it reads. */
    public static final int FORMAT = 1;

    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    /**
     * Checks that nothing is missing and that there is a class for each logit.
     *
     * @throws IllegalArgumentException if something is missing or does not fit
     */
    public SegmentationDescription {
        if (!TASK.equals(task) || format != FORMAT) {
            throw new IllegalArgumentException(
                    "found task "
                            + task
                            + ", format "
                            + format
                            + ", expected task "
                            + TASK
                            + ", format "
                            + FORMAT);
        }
        if (name == null
                || network == null
                || palette == null
                || box == null
                || mean == null
                || std == null) {
            throw new IllegalArgumentException(
                    "a segmentation model needs name, network, palette, box, mean and std");
        }
        if (network.classes() != palette.size()) {
            throw new IllegalArgumentException(
                    "the network has "
                            + network.classes()
                            + " classes, the palette "
                            + palette.size());
        }
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /**
     * Describes a model whose pictures are normalised as for ImageNet.
     *
     * @param name the model's name
     * @param network the network
     * @param palette the classes in the order of the logits
     * @param box where a picture is fitted before the network
     * @return the description
     */
    public static SegmentationDescription of(
            String name, UperNetConfig network, ClassPalette palette, FitBox box) {
        return new SegmentationDescription(
                TASK,
                FORMAT,
                name,
                network,
                palette,
                box,
                List.of(0.485f, 0.456f, 0.406f),
                List.of(0.229f, 0.224f, 0.225f));
    }

    /** Returns this description with another backbone of the same shape. */
    SegmentationDescription withBackbone(SwinConfig backbone) {
        UperNetConfig settled =
                new UperNetConfig(
                        backbone,
                        network.classes(),
                        network.channels(),
                        network.auxiliaryChannels(),
                        network.dropout());
        return new SegmentationDescription(task, format, name, settled, palette, box, mean, std);
    }

    /**
     * Creates the network, without values for its parameters.
     *
     * @return the network
     */
    public UperNet newBlock() {
        return new UperNet(network);
    }

    @Override
    public String toJson() {
        return GSON.toJson(this) + "\n";
    }

    /**
     * Tells whether a checkpoint is one of a segmentation model.
     *
     * @param directory a folder
     * @return whether it holds a description that says so
     * @throws IOException if the description cannot be read
     */
    public static boolean isAt(Path directory) throws IOException {
        return CheckpointFolder.labelsPixels(directory);
    }

    /**
     * Reads the description of a checkpoint.
     *
     * @param directory the checkpoint's folder
     * @return the description
     * @throws IOException if there is none, it is not valid, or it is a classifier's; says which
     *     file and what is wrong
     */
    public static SegmentationDescription read(Path directory) throws IOException {
        return CheckpointFolder.describe(directory, SegmentationDescription.class);
    }
}
