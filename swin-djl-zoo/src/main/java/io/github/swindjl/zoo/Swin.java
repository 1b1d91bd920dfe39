// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Device;
import ai.djl.util.Progress;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Models by name.
 *
 * <pre>{@code
 * try (SwinModel model = Swin.model("swin_tiny_patch4_window7_224").pretrained().load();
 *         Predictor<Path, Classifications> predictor = model.newPredictor()) {
 *     Classifications result = predictor.predict(Path.of("picture.jpg"));
 * }
 * }</pre>
 */
public final class Swin {

    private Swin() {}

    /**
     * Starts from a known model.
     *
     * @param name its name or alias, see {@link ModelTable#get}
     * @return a builder that loads a classifier
     * @throws IllegalArgumentException if there is no such model; names the nearest
     */
    public static Builder<SwinModel> model(String name) {
        return new Builder<>(new ModelRequest(ModelTable.get(name)), SwinModel::load);
    }

    /**
     * Starts from a known segmentation network.
     *
     * @param name its name or alias, see {@link SegmentationTable#get}
     * @return a builder
     * @throws IllegalArgumentException if there is no such network; names the nearest
     */
    public static SegmentationBuilder segmentation(String name) {
        return new SegmentationBuilder(SegmentationTable.get(name));
    }

    /** Makes a model of a network's description. */
    private interface Loader<M> {
        M load(NetworkSpec spec, Path weights, Device device) throws IOException;
    }

    /**
     * Says in what a model differs from the published one, then loads it. For one thread.
     *
     * <p>Without {@link #weights} or {@link #pretrained()} the parameters are random, the same each
     * time.
     *
     * @param <M> what is loaded
     */
    public static final class Builder<M> {

        private final ModelRequest request;
        private final Loader<M> loader;
        private Device device;

        private Builder(ModelRequest request, Loader<M> loader) {
            this.request = request;
            this.loader = loader;
        }

        /**
         * Takes the parameters from a file. All of the backbone's have to be there, unless the head
         * is a new one, see {@link #classes}.
         *
         * @param weights a file of weights, or the folder of a checkpoint, whose classes and
         *     pictures then hold; null for random parameters, as without this call
         * @return this builder
         */
        public Builder<M> weights(Path weights) {
            request.weights = weights;
            return this;
        }

        /**
         * Takes the published parameters, from the cache or the network.
         *
         * @return this builder
         */
        public Builder<M> pretrained() {
            request.pretrained = true;
            return this;
        }

        /**
         * Takes the published parameters, from the cache or the network.
         *
         * @param progress told how much has come
         * @return this builder
         */
        public Builder<M> pretrained(Progress progress) {
            request.progress = progress;
            return pretrained();
        }

        /**
         * Changes the number of classes. A head that weights have for another number of classes is
         * replaced by one that starts at zero; where they have none, or there are no weights, the
         * head starts random.
         *
         * @param classes at least 0; 0 leaves the head away, so that the output is the pooled
         *     features
         * @return this builder
         */
        public Builder<M> classes(int classes) {
            request.classes = classes;
            return this;
        }

        /**
         * Names the classes, whose number changes as by {@link #classes}.
         *
         * @param labels in the order of the logits
         * @return this builder
         */
        public Builder<M> labels(List<String> labels) {
            request.labels = List.copyOf(labels);
            return this;
        }

        /**
         * Sets stochastic depth for fine-tuning; predictions do not depend on it.
         *
         * @param rate probability, from 0 to less than 1, of leaving out the last block's branches;
         *     earlier blocks' rise to it evenly. Without this call a checkpoint's own, else 0
         * @return this builder
         */
        public Builder<M> dropPath(double rate) {
            request.dropPath = rate;
            return this;
        }

        /**
         * Changes the size of the pictures that the network is built for.
         *
         * <p>At sizes that windows do not tile, this follows the source of the weights: the
         * official code, torchvision or Hugging Face. timm pads and shifts otherwise there, so that
         * its outputs differ.
         *
         * @param height pixel rows
         * @param width pixel columns
         * @return this builder
         */
        public Builder<M> imageSize(int height, int width) {
            request.height = height;
            request.width = width;
            return this;
        }

        /**
         * Changes the side of the attention windows. With weights a continuous position bias keeps
         * measuring by the windows it was trained with.
         *
         * @param window tokens
         * @return this builder
         */
        public Builder<M> window(int window) {
            request.window = window;
            return this;
        }

        /**
         * Changes the channels of the input. With other than 3 the network takes arrays only.
         *
         * @param channels at least 1
         * @return this builder
         */
        public Builder<M> channels(int channels) {
            request.channels = channels;
            return this;
        }

        /**
         * Asks for feature maps instead of classes: the output of each stage before patch merging,
         * (channels, height, width), without a norm after it.
         *
         * @param stages whose maps are wanted, counted from 0; the maps come in ascending order and
         *     without repeats
         * @return another builder that goes on from this one, which stays as it is
         */
        public Builder<FeatureModel> featuresOnly(int... stages) {
            ModelRequest maps = request.copy();
            maps.stages = Arrays.stream(stages).boxed().toList();
            return new Builder<>(maps, FeatureModel::load).device(device);
        }

        /**
         * Chooses where the model lives.
         *
         * @param device null, as without this call, for the first GPU if there is one, else the CPU
         * @return this builder
         */
        public Builder<M> device(Device device) {
            this.device = device;
            return this;
        }

        /**
         * Chooses what predictors compute in.
         *
         * @param precision of the heavy products, float32 without this call
         * @return this builder
         */
        public Builder<M> precision(Precision precision) {
            request.precision = precision;
            return this;
        }

        /**
         * Loads the model.
         *
         * @return the model; the caller closes it
         * @throws IOException if the weights are missing, cannot be had, are damaged or do not fit
         * @throws IllegalArgumentException if what was asked for contradicts itself or the model
         */
        public M load() throws IOException {
            NetworkSpec spec = request.spec();
            Path weights = request.weightsPath();
            return loader.load(
                    spec, weights, device == null ? EngineInfo.devices().get(0) : device);
        }
    }

    /**
     * Says where the parameters of a segmentation network come from, then loads it. For one thread.
     *
     * <p>Without {@link #weights} or {@link #pretrained()} the parameters are random, the same each
     * time.
     */
    public static final class SegmentationBuilder {

        private final SegmentationEntry entry;
        private Path weights;
        private Progress progress;
        private boolean pretrained;
        private Device device;
        private Precision precision = Precision.FP32;

        private SegmentationBuilder(SegmentationEntry entry) {
            this.entry = entry;
        }

        /**
         * Takes the parameters from a file.
         *
         * @param weights a file of the official code, of OpenMMLab, Hugging Face or this project,
         *     or the folder of a checkpoint, whose classes and pictures then hold; null for random
         *     parameters, as without this call
         * @return this builder
         */
        public SegmentationBuilder weights(Path weights) {
            this.weights = weights;
            return this;
        }

        /**
         * Takes the published parameters, from the cache or the network.
         *
         * @return this builder
         */
        public SegmentationBuilder pretrained() {
            return pretrained(null);
        }

        /**
         * Takes the published parameters, from the cache or the network.
         *
         * @param progress told how much has come; may be null
         * @return this builder
         */
        public SegmentationBuilder pretrained(Progress progress) {
            this.progress = progress;
            pretrained = true;
            return this;
        }

        /**
         * Chooses where the model lives.
         *
         * @param device null, as without this call, for the first GPU if there is one, else the CPU
         * @return this builder
         */
        public SegmentationBuilder device(Device device) {
            this.device = device;
            return this;
        }

        /**
         * Chooses what predictors compute in.
         *
         * @param precision of the heavy products, float32 without this call
         * @return this builder
         */
        public SegmentationBuilder precision(Precision precision) {
            this.precision = precision;
            return this;
        }

        /**
         * Loads the model.
         *
         * @return the model; the caller closes it
         * @throws IOException if the weights are missing, cannot be had, are damaged or do not fit
         * @throws IllegalArgumentException if both a file and the published weights are asked for,
         *     or none are published
         */
        public SegmentationModel load() throws IOException {
            if (weights != null && pretrained) {
                throw new IllegalArgumentException(
                        "Ask for the file " + weights + " or for the published weights, not both");
            }
            return SegmentationModel.load(
                    description(),
                    pretrained ? Pretrained.fetch(entry, progress) : weights,
                    device == null ? EngineInfo.devices().get(0) : device,
                    precision);
        }

        private SegmentationDescription description() throws IOException {
            if (weights == null || !Files.exists(weights.resolve(ModelDescription.FILE))) {
                return entry.description();
            }
            SegmentationDescription checkpoint = SegmentationDescription.read(weights);
            CheckpointFolder.requireName(weights, checkpoint.name(), entry.name());
            return checkpoint;
        }
    }
}
