// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.simmim.SimMim;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.weights.LoadOptions;
import io.github.swindjl.zoo.weights.LoadReport;
import io.github.swindjl.zoo.weights.LoadedWeights;
import io.github.swindjl.zoo.weights.StateFiles;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.WeightsLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A network that guesses hidden parts of pictures, to pre-train a backbone without labels. Owns its
 * parameters until it is closed.
 *
 * <p>It is described by its backbone, as a classifier without classes: what it learns is read by
 * {@link SwinModel#tune}, which gives the backbone a head.
 */
public final class SimMimModel implements LoadedModel {

    private static final String ENCODER = "encoder.";

    private final Model model;
    private final ModelDescription description;
    private final SimMim block;
    private final LoadReport report;

    private SimMimModel(
            Model model, ModelDescription description, SimMim block, LoadReport report) {
        this.model = model;
        this.description = description;
        this.block = block;
        this.report = report;
    }

    /**
     * Creates a model with random parameters.
     *
     * @param description the backbone, without classes
     * @param device where to put it
     * @param seed decides the parameters
     * @return the model, closed by the caller
     * @throws IllegalArgumentException if the description has classes
     */
    public static SimMimModel create(ModelDescription description, Device device, long seed) {
        if (!description.labels().isEmpty()) {
            throw new IllegalArgumentException(
                    "SimMIM learns without labels, but the description has "
                            + description.labels().size()
                            + " classes");
        }
        Model model = Model.newInstance(description.name(), device, EngineInfo.ENGINE);
        try {
            SimMim block = new SimMim(description.config());
            Initializers.seed(block, seed);
            Preprocessing pictures = description.preprocessing();
            block.initialize(
                    model.getNDManager(),
                    DataType.FLOAT32,
                    new Shape(
                            1,
                            description.config().channels(),
                            pictures.height(),
                            pictures.width()));
            model.setBlock(block);
            return new SimMimModel(model, description, block, null);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Creates a model that begins with the weights of a file: those of a pre-training, or of any
     * other network with the backbone.
     *
     * @param description the backbone, without classes
     * @param weights a file of any source
     * @param device where to put it
     * @param seed decides the parameters that the file does not give
     * @return the model, closed by the caller
     * @throws IOException if the file cannot be read or does not fit
     */
    public static SimMimModel load(
            ModelDescription description, Path weights, Device device, long seed)
            throws IOException {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        StateDict.of(new SimMim(description.config()))
                .forEach(
                        (name, parameter) ->
                                shapes.put(bare(name), parameter.getShape().getShape()));
        try (StateSource source = StateFiles.open(weights)) {
            LoadedWeights loaded =
                    WeightsLoader.load(source, description.config(), shapes, LoadOptions.DEFAULT);
            ModelDescription settled =
                    new ModelDescription(
                            description.name(),
                            loaded.config(),
                            description.labels(),
                            description.preprocessing());
            SimMimModel blank = create(settled, device, seed);
            try {
                Map<String, NDArray> arrays = new LinkedHashMap<>();
                for (Map.Entry<String, Parameter> entry : StateDict.of(blank.block).entrySet()) {
                    arrays.put(bare(entry.getKey()), entry.getValue().getArray());
                }
                loaded.copyTo(arrays);
                return new SimMimModel(blank.model, settled, blank.block, loaded.report());
            } catch (IOException | RuntimeException e) {
                blank.close();
                throw e;
            }
        }
    }

    /** The name that a backbone alone gives a parameter. */
    private static String bare(String name) {
        return name.startsWith(ENCODER) ? name.substring(ENCODER.length()) : name;
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public Optional<LoadReport> report() {
        return Optional.ofNullable(report);
    }

    @Override
    public SimMim block() {
        return block;
    }

    @Override
    public NDManager manager() {
        return model.getNDManager();
    }

    @Override
    public void close() {
        model.close();
    }
}
