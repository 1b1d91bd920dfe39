// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Application;
import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinSize;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.zoo.image.FitBox;
import java.util.List;
import java.util.Map;

/**
 * A known network for semantic segmentation: UperNet on Swin, trained for the 150 classes of
 * ADE20K. One row of {@code segmentation-models.json}.
 *
 * <p>Immutable, thread-safe.
 *
 * @param name the official file's, with the training after a dot
 * @param aliases other names: the file itself, the repository on Hugging Face
 * @param size width, depths and heads of the V1 backbone
 * @param window side of the attention window in tokens
 * @param pretraining what the backbone was trained on before, such as {@code ImageNet-22K, 384}
 * @param cropSize side of the pictures in training
 * @param schedule length of the training
 * @param meanIou published mIoU on the validation set in percent, single scale; null if none is
 * @param meanIouMultiScale published mIoU with six scales and flips; null if none is
 * @param source who published the weights
 * @param licence the weights' licence
 * @param files where the weights can be had, the original first; none if they were not released
 * @param uncertain what in this row is assumed or told differently by sources, in sentences
 */
public record SegmentationEntry(
        String name,
        List<String> aliases,
        SwinSize size,
        int window,
        String pretraining,
        int cropSize,
        String schedule,
        Double meanIou,
        Double meanIouMultiScale,
        Source source,
        String licence,
        List<WeightsFile> files,
        List<String> uncertain)
        implements PublishedModel {

    /** The classes of ADE20K. */
    public static final int CLASSES = 150;

    public SegmentationEntry {
        // The table leaves empty lists away.
        aliases = aliases == null ? List.of() : List.copyOf(aliases);
        files = files == null ? List.of() : List.copyOf(files);
        uncertain = uncertain == null ? List.of() : List.copyOf(uncertain);
    }

    /**
     * Returns the network's configuration, without stochastic depth.
     *
     * @return the configuration that the published weights belong to
     */
    public UperNetConfig config() {
        SwinConfig backbone =
                SwinConfig.v1()
                        .optSize(size)
                        .optImageSize(cropSize, cropSize)
                        .optWindow(window)
                        .build();
        return UperNetConfig.of(backbone, CLASSES);
    }

    /**
     * Describes the network: the classes of ADE20K, and pictures fitted into the published box.
     *
     * @return the description
     */
    public SegmentationDescription description() {
        return SegmentationDescription.of(
                name, config(), ClassPalette.ade20k(), new FitBox(4 * cropSize, cropSize));
    }

    @Override
    public long parameters() {
        return StateDict.of(new UperNet(config())).values().stream()
                .filter(Parameter::requiresGradient)
                .mapToLong(parameter -> parameter.getShape().size())
                .sum();
    }

    @Override
    public Application application() {
        return Application.CV.SEMANTIC_SEGMENTATION;
    }

    @Override
    public String artifactId() {
        return SwinModelZoo.SEGMENTATION_ARTIFACT_ID;
    }

    @Override
    public Map<String, String> properties() {
        return Map.of(
                "name",
                name,
                "size",
                size.name(),
                "window",
                Integer.toString(window),
                "source",
                source.name());
    }
}
