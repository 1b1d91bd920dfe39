// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.blocks.SwinFeatures;
import io.github.swindjl.zoo.weights.LoadReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A backbone with its weights on a device, whose output is feature maps. See {@link
 * Swin.Builder#featuresOnly}.
 *
 * <p>Prediction is thread-safe as long as each thread has a predictor of its own; close the model
 * after all of them.
 */
public final class FeatureModel implements AutoCloseable {

    private final Model model;
    private final NetworkSpec spec;
    private final SwinFeatures block;
    private final LoadReport report;

    private FeatureModel(NetworkSpec.Loaded loaded) {
        model = loaded.model();
        spec = loaded.built().spec();
        block = (SwinFeatures) loaded.built().network();
        report = loaded.built().report();
    }

    static FeatureModel load(NetworkSpec spec, Path weights, Device device) throws IOException {
        return new FeatureModel(spec.load(device, weights, NetworkSpec.SEED));
    }

    /**
     * Returns what the model is.
     *
     * @return the description, without classes
     */
    public ModelDescription description() {
        return spec.description();
    }

    /**
     * Tells what became of the weights.
     *
     * @return the report, or empty for a model with random parameters
     */
    public Optional<LoadReport> report() {
        return Optional.ofNullable(report);
    }

    /**
     * Returns whose maps come out.
     *
     * @return the stages, counted from 0, in the order of the maps, which is ascending
     */
    public List<Integer> stages() {
        return spec.stages();
    }

    /**
     * Returns the network.
     *
     * @return the block, owned by this model
     */
    public SwinFeatures block() {
        return block;
    }

    /**
     * Returns the manager that owns the parameters.
     *
     * @return the manager, closed with this model
     */
    public NDManager manager() {
        return model.getNDManager();
    }

    /**
     * Creates a predictor that makes maps of picture files.
     *
     * @return the predictor, for one thread; the caller closes it
     */
    public Predictor<Path, FeatureMap[]> newPredictor() {
        return newPredictor(Path.class);
    }

    /**
     * Creates a predictor that makes maps of pictures.
     *
     * @param input what a picture comes in as, see {@link PictureTranslator}
     * @param <I> what a picture comes in as
     * @return the predictor, for one thread; the caller closes it
     */
    public <I> Predictor<I, FeatureMap[]> newPredictor(Class<I> input) {
        return model.newPredictor(
                PictureTranslator.of(spec, input, FeatureMap[].class, PictureTranslator.TOP_K));
    }

    @Override
    public void close() {
        model.close();
    }
}
