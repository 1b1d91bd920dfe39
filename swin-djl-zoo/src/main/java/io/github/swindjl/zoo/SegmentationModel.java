// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinFeatures;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.weights.LoadOptions;
import io.github.swindjl.zoo.weights.LoadReport;
import io.github.swindjl.zoo.weights.LoadedWeights;
import io.github.swindjl.zoo.weights.Safetensors;
import io.github.swindjl.zoo.weights.StateArrays;
import io.github.swindjl.zoo.weights.StateFiles;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.WeightsLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A UperNet with its weights on a device.
 *
 * <pre>{@code
 * try (SegmentationModel model = SegmentationModel.load(Path.of("runs/scenes/checkpoints/best"), device);
 *         Predictor<Image, CategoryMask> predictor = model.newPredictor()) {
 *     CategoryMask mask = predictor.predict(image);
 * }
 * }</pre>
 *
 * <p>Each thread needs a predictor of its own; close the model after all of them.
 */
public final class SegmentationModel implements AutoCloseable {

    private static final String BACKBONE = "backbone.";
    private static final int PROBE = 64;

    private final Model model;
    private final SegmentationDescription description;
    private final UperNet block;
    private final LoadReport report;

    private SegmentationModel(
            Model model, SegmentationDescription description, UperNet block, LoadReport report) {
        this.model = model;
        this.description = description;
        this.block = block;
        this.report = report;
    }

    /**
     * Creates a model that knows nothing yet.
     *
     * @param description the model
     * @param device where it lives
     * @param seed the same seed gives the same parameters
     * @return the model; the caller closes it
     */
    public static SegmentationModel create(
            SegmentationDescription description, Device device, long seed) {
        Model model = Model.newInstance(description.name(), device, EngineInfo.ENGINE);
        try {
            UperNet block = description.newBlock();
            Initializers.seed(block, seed);
            int channels = description.network().backbone().channels();
            block.initialize(
                    model.getNDManager(), DataType.FLOAT32, new Shape(1, channels, PROBE, PROBE));
            model.setBlock(block);
            return new SegmentationModel(model, description, block, null);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Creates a model whose backbone has the weights of a classifier; the head, the auxiliary head
     * and the norms of the backbone's outputs know nothing yet.
     *
     * @param description the model
     * @param weights a classifier's weights of any source
     * @param device where it lives
     * @param seed decides the parameters that the weights do not give
     * @return the model, with a {@link #report()}; the caller closes it
     * @throws IOException if the file is missing, damaged or another backbone's
     */
    public static SegmentationModel withBackbone(
            SegmentationDescription description, Path weights, Device device, long seed)
            throws IOException {
        List<Integer> stages =
                IntStream.range(0, description.network().backbone().stages()).boxed().toList();
        SwinFeatures features = new SwinFeatures(description.network().backbone(), stages, false);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        StateDict.of(features)
                .forEach((name, parameter) -> shapes.put(name, parameter.getShape().getShape()));
        try (StateSource source = StateFiles.open(weights)) {
            LoadedWeights loaded =
                    WeightsLoader.load(
                            source, description.network().backbone(), shapes, LoadOptions.DEFAULT);
            SegmentationDescription settled = description.withBackbone(loaded.config());
            SegmentationModel blank = create(settled, device, seed);
            try {
                Map<String, NDArray> targets = new LinkedHashMap<>();
                StateDict.of(blank.block)
                        .forEach(
                                (name, parameter) -> {
                                    if (name.startsWith(BACKBONE)) {
                                        targets.put(
                                                name.substring(BACKBONE.length()),
                                                parameter.getArray());
                                    }
                                });
                loaded.copyTo(targets);
                return new SegmentationModel(blank.model, settled, blank.block, loaded.report());
            } catch (IOException | RuntimeException e) {
                blank.close();
                throw e;
            }
        }
    }

    /**
     * Loads a checkpoint of this project.
     *
     * @param checkpoint the folder with {@code model.json} and {@code model.safetensors}
     * @param device where the model lives
     * @return the model; the caller closes it
     * @throws IOException if a file is missing, damaged or does not fit; says which and why
     */
    public static SegmentationModel load(Path checkpoint, Device device) throws IOException {
        return load(
                SegmentationDescription.read(checkpoint),
                checkpoint.resolve(SwinModel.WEIGHTS_FILE),
                device);
    }

    /**
     * Loads weights that this project wrote.
     *
     * @param description the model
     * @param weights a file with all parameters
     * @param device where the model lives
     * @return the model; the caller closes it
     * @throws IOException if the file is missing, damaged or another model's
     */
    public static SegmentationModel load(
            SegmentationDescription description, Path weights, Device device) throws IOException {
        SegmentationModel model = create(description, device, NetworkSpec.SEED);
        try (Safetensors state = Safetensors.open(weights)) {
            Map<String, NDArray> targets = new LinkedHashMap<>();
            StateDict.of(model.block)
                    .forEach((name, parameter) -> targets.put(name, parameter.getArray()));
            StateArrays.read(state, targets);
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Returns what the model is.
     *
     * @return the description
     */
    public SegmentationDescription description() {
        return description;
    }

    /**
     * Tells what became of a backbone's weights.
     *
     * @return the report, or empty where none were read
     */
    public Optional<LoadReport> report() {
        return Optional.ofNullable(report);
    }

    /**
     * Returns the network.
     *
     * @return the block, owned by this model
     */
    public UperNet block() {
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
     * Creates what labels pictures of any size.
     *
     * @param protocol scales, mirror images and windows
     * @param precision of the heavy products
     * @return the segmenter, for one thread
     */
    public Segmenter segmenter(InferenceProtocol protocol, Precision precision) {
        return new Segmenter(
                block,
                manager(),
                description.network().classes(),
                description.mean(),
                description.std(),
                protocol,
                precision);
    }

    /**
     * Creates a predictor that labels pictures of any size as a whole, in float32.
     *
     * @return the predictor, for one thread; the caller closes it
     */
    public Predictor<Image, CategoryMask> newPredictor() {
        return model.newPredictor(
                new SegmentationTranslator(
                        segmenter(InferenceProtocol.whole(description.box()), Precision.FP32),
                        description.palette().names()));
    }

    @Override
    public void close() {
        model.close();
    }
}
