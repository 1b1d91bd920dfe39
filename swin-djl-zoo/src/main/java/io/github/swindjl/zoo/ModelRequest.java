// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.util.Progress;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.weights.WeightsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What someone wants of a model; null stands for what the model is published with. Filled by {@link
 * Swin.Builder} and {@link ModelArguments}, for one thread.
 */
final class ModelRequest implements Cloneable {

    private final ModelEntry entry;
    private final ModelDescription published;

    Path weights;
    boolean pretrained;
    Progress progress;
    Integer classes;
    Integer height;
    Integer width;
    Integer window;
    Integer channels;
    List<Integer> stages;
    Precision precision = Precision.FP32;

    /** Asks for a known model. */
    ModelRequest(ModelEntry entry) {
        this.entry = entry;
        published = null;
    }

    /** Asks for a model that a checkpoint describes. */
    ModelRequest(ModelDescription published) {
        entry = null;
        this.published = published;
    }

    /** Returns a request of its own that asks for the same; every field is immutable. */
    ModelRequest copy() {
        try {
            return (ModelRequest) clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("A request can be cloned", e);
        }
    }

    /**
     * Puts together what is published and what is asked for.
     *
     * @throws IOException if the weights are a checkpoint that cannot be read or is another model's
     * @throws IllegalArgumentException if what is asked for contradicts itself or the model
     */
    NetworkSpec spec() throws IOException {
        if (pretrained && weights != null) {
            throw new IllegalArgumentException(
                    "Both pretrained weights and the file " + weights + " were asked for");
        }
        if (stages != null && classes != null) {
            throw new IllegalArgumentException(
                    "Feature maps have no classes, but " + classes + " were asked for");
        }
        ModelDescription base = base();
        SwinConfig config = config(base.config());
        Preprocessing pictures =
                height == null ? base.preprocessing() : base.preprocessing().at(height, width);
        ModelDescription description =
                new ModelDescription(base.name(), config, labels(base), pictures);
        return new NetworkSpec(
                description,
                stages == null ? null : stages.stream().distinct().sorted().toList(),
                precision,
                classes == null || classes == 0
                        ? NetworkSpec.Gaps.NONE
                        : NetworkSpec.Gaps.NEW_HEAD);
    }

    /**
     * Returns the weights that were asked for, after downloading them if need be.
     *
     * @return a file or folder, null if none were asked for
     * @throws IOException if the published weights cannot be had
     */
    Path weightsPath() throws IOException {
        if (!pretrained) {
            return weights;
        }
        if (entry == null) {
            throw new IllegalArgumentException(
                    "No weights are published for the checkpoint's model " + published.name());
        }
        return Pretrained.fetch(entry, progress);
    }

    private ModelDescription base() throws IOException {
        if (published != null) {
            return published;
        }
        if (weights == null || !Files.exists(weights.resolve(ModelDescription.FILE))) {
            return entry.description();
        }
        ModelDescription checkpoint = ModelDescription.read(weights);
        if (!checkpoint.name().equals(entry.name())) {
            throw new IOException(
                    weights
                            + " holds the model '"
                            + checkpoint.name()
                            + "', not '"
                            + entry.name()
                            + "': name that model, or give other weights.");
        }
        return checkpoint;
    }

    private List<String> labels(ModelDescription base) {
        if (stages != null) {
            return List.of();
        }
        if (classes == null || classes == base.labels().size()) {
            return base.labels();
        }
        if (classes < 0) {
            throw new IllegalArgumentException(
                    "The number of classes must not be negative, found " + classes);
        }
        return Label.numbered(classes);
    }

    private SwinConfig config(SwinConfig base) {
        SwinConfig config = base;
        if (height != null || window != null) {
            int rows = height == null ? base.imageHeight() : height;
            int columns = width == null ? base.imageWidth() : width;
            int side = window == null ? base.window() : window;
            config =
                    pretrained || weights != null
                            ? WeightsLoader.resize(base, rows, columns, side)
                            : base.toBuilder().optImageSize(rows, columns).optWindow(side).build();
        }
        return channels == null ? config : config.toBuilder().optChannels(channels).build();
    }
}
