// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Device;
import ai.djl.util.Progress;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

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
     * Starts from a known network that labels pixels.
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
         * Takes the parameters from a file.
         *
         * @param weights a file of weights, or the folder of a checkpoint, whose classes and
         *     pictures then hold
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
         * Changes the number of classes.
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
         * Changes the size of the pictures that the network is built for.
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
         * Asks for feature maps instead of classes.
         *
         * @param stages whose maps are wanted, counted from 0
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
     * Says where the parameters of a network that labels pixels come from, then loads it. For one
     * thread.
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

        private SegmentationBuilder(SegmentationEntry entry) {
            this.entry = entry;
        }

        /**
         * Takes the parameters from a file.
         *
         * @param weights a file of the official code, of OpenMMLab, Hugging Face or this project
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
            Device chosen = device == null ? EngineInfo.devices().get(0) : device;
            Path file = pretrained ? Pretrained.fetch(entry, progress) : weights;
            return file == null
                    ? SegmentationModel.create(entry.description(), chosen, NetworkSpec.SEED)
                    : SegmentationModel.load(entry.description(), file, chosen);
        }
    }
}
