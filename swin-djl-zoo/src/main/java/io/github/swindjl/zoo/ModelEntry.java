// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Application;
import io.github.swindjl.blocks.Edges;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinSize;
import io.github.swindjl.window.ShiftCancel;
import io.github.swindjl.window.WindowShrink;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.image.Protocol;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A known model: one row of the table {@code models.json}.
 *
 * <p>Immutable, thread-safe.
 *
 * @param name as timm writes it, with the training it names after a dot
 * @param aliases other names: the official file, the repository on Hugging Face, torchvision's
 *     builder, timm's former names, and timm's name without the training where timm means this one
 * @param version the architecture
 * @param size width, depths and heads; null where they are given one by one
 * @param width channels of the first stage, where there is no size
 * @param depths blocks of each stage, where there is no size
 * @param heads heads of each stage, where there is no size
 * @param imageSize side of the input in pixels
 * @param window side of the attention window in tokens
 * @param referenceWindows windows that the continuous position bias was trained with; null for the
 *     model's own
 * @param classes the class set the head was trained for
 * @param dropPath stochastic depth of the published training
 * @param top1 published top-1 accuracy on ImageNet-1K in percent, null if none is
 * @param top5 published top-5 accuracy on ImageNet-1K in percent, null if none is
 * @param protocol how the published accuracy was measured
 * @param torchvisionResize short side before the crop in torchvision's evaluation, 0 if it has none
 * @param source who published the weights
 * @param licence the weights' licence
 * @param files where the weights can be had, the original first; the others hold the same values
 * @param uncertain what in this row is not published but assumed or derived, in sentences
 */
public record ModelEntry(
        String name,
        List<String> aliases,
        Version version,
        SwinSize size,
        Integer width,
        List<Integer> depths,
        List<Integer> heads,
        int imageSize,
        int window,
        List<Integer> referenceWindows,
        ClassSet classes,
        double dropPath,
        Double top1,
        Double top5,
        Protocol protocol,
        int torchvisionResize,
        Source source,
        String licence,
        List<WeightsFile> files,
        List<String> uncertain)
        implements PublishedModel {

    public ModelEntry {
        // The table leaves empty lists away.
        aliases = aliases == null ? List.of() : List.copyOf(aliases);
        files = files == null ? List.of() : List.copyOf(files);
        uncertain = uncertain == null ? List.of() : List.copyOf(uncertain);
    }

    /** The two generations of the architecture. */
    public enum Version {
        /** arXiv 2103.14030. */
        V1,
        /** arXiv 2111.09883. */
        V2
    }

    /**
     * Returns the backbone's configuration, without stochastic depth.
     *
     * @return the configuration that the published weights belong to
     */
    public SwinConfig config() {
        SwinConfig.Builder builder = version == Version.V1 ? SwinConfig.v1() : SwinConfig.v2();
        if (size != null) {
            builder.optSize(size);
        } else {
            builder.optWidth(width).optStages(depths, heads);
        }
        if (source == Source.TORCHVISION) {
            builder.optShrink(WindowShrink.NEVER)
                    .optShiftCancel(ShiftCancel.WHERE_COVERED)
                    .optEdges(Edges.DROP_LEFTOVER_PIXELS);
        }
        return builder.optImageSize(imageSize, imageSize)
                .optWindow(window)
                .optReferenceWindows(referenceWindows)
                .build();
    }

    /**
     * Returns how the source evaluates the model.
     *
     * @return the preprocessing of pictures
     */
    public Preprocessing preprocessing() {
        return Preprocessing.of(protocol, imageSize, imageSize, torchvisionResize);
    }

    /**
     * Returns how the source would evaluate the model with pictures of another size.
     *
     * @param height pixel rows
     * @param width pixel columns
     * @return the preprocessing of pictures
     */
    public Preprocessing preprocessing(int height, int width) {
        return preprocessing().at(height, width);
    }

    /**
     * Returns what the published weights are, with the names of their classes.
     *
     * @return the description; its classes are numbered where their names are the data set's
     */
    public ModelDescription description() {
        List<String> labels =
                classes == ClassSet.SAMPLE
                        ? Label.numbered(classes.size())
                        : Label.of(classes).stream().map(Label::name).toList();
        return new ModelDescription(name, config(), labels, preprocessing());
    }

    @Override
    public long parameters() {
        SwinClassifier network = new SwinClassifier(config(), classes.size());
        return StateDict.of(network).values().stream()
                .mapToLong(parameter -> parameter.getShape().size())
                .sum();
    }

    /**
     * Counts the multiplications with addition for one picture as the official code does, head
     * included.
     *
     * @return the number of multiply-adds
     */
    public long multiplyAdds() {
        return MultiplyAdds.of(config(), classes.size());
    }

    @Override
    public Application application() {
        return Application.CV.IMAGE_CLASSIFICATION;
    }

    @Override
    public String artifactId() {
        return SwinModelZoo.ARTIFACT_ID;
    }

    @Override
    public Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        properties.put("name", name);
        properties.put("version", version.name());
        properties.put("classes", classes.name());
        properties.put("imageSize", Integer.toString(imageSize));
        properties.put("window", Integer.toString(window));
        properties.put("source", source.name());
        if (size != null) {
            properties.put("size", size.name());
        }
        return properties;
    }
}
