// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.weights.LoadOptions;
import io.github.swindjl.zoo.weights.LoadReport;
import io.github.swindjl.zoo.weights.LoadedWeights;
import io.github.swindjl.zoo.weights.StateException;
import io.github.swindjl.zoo.weights.StateFiles;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.WeightsLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A UperNet with its weights on a device.
 *
 * <pre>{@code
 * try (SegmentationModel model =
 *                 Swin.segmentation("upernet_swin_tiny_patch4_window7_512x512").pretrained().load();
 *         Predictor<Path, CategoryMask> predictor = model.newPredictor(Path.class)) {
 *     CategoryMask mask = predictor.predict(Path.of("street.jpg"));
 * }
 * }</pre>
 *
 * <p>Each thread needs a predictor of its own; close the model after all of them.
 */
public final class SegmentationModel implements LoadedModel {

    private static final String AUXILIARY = "auxiliary_head.";
    private static final int PROBE = 64;

    private final Model model;
    private final SegmentationDescription description;
    private final UperNet block;
    private final LoadReport report;

    private SegmentationModel(
            Model model,
            SegmentationDescription description,
            UperNet block,
            Precision precision,
            LoadReport report) {
        this.model = model;
        model.setBlock(FixedPrecision.of(block, precision));
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
        return create(description, device, seed, Precision.FP32);
    }

    private static SegmentationModel create(
            SegmentationDescription description, Device device, long seed, Precision precision) {
        Model model = Model.newInstance(description.name(), device, EngineInfo.ENGINE);
        try {
            UperNet block = description.newBlock();
            Initializers.seed(block, seed);
            block.initialize(model.getNDManager(), DataType.FLOAT32, input(description));
            return new SegmentationModel(model, description, block, precision, null);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Loads weights into a model that is then trained: what they do not have starts untrained. Of a
     * classifier that is everything but the backbone, of a network for other classes the two
     * classifiers of pixels.
     *
     * @param description the model
     * @param weights a classifier's or a segmentation network's weights of any source
     * @param device where it lives
     * @param seed decides the parameters that the weights do not give
     * @return the model, with a {@link #report()}; the caller closes it
     * @throws IOException if the file is missing, damaged or another backbone's
     */
    public static SegmentationModel tune(
            SegmentationDescription description, Path weights, Device device, long seed)
            throws IOException {
        return read(description, weights, device, seed, Precision.FP32, true);
    }

    /**
     * Loads a checkpoint of this project onto the CPU, or the first GPU if there is one.
     *
     * @param checkpoint the folder with {@code model.json} and {@code model.safetensors}
     * @return the model; the caller closes it
     * @throws IOException if a file is missing, damaged or does not fit; says which and why
     */
    public static SegmentationModel load(Path checkpoint) throws IOException {
        return load(checkpoint, EngineInfo.devices().get(0));
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
        CheckpointFolder.require(checkpoint);
        return load(
                SegmentationDescription.read(checkpoint),
                CheckpointFolder.weights(checkpoint),
                device);
    }

    /**
     * Loads weights into a described model.
     *
     * @param description the model
     * @param weights a file of this project, of the official code, of OpenMMLab or Hugging Face, in
     *     whatever wrapping
     * @param device where the model lives
     * @return the model; the caller closes it
     * @throws IOException if the file is missing, damaged or another model's
     */
    public static SegmentationModel load(
            SegmentationDescription description, Path weights, Device device) throws IOException {
        return load(description, weights, device, Precision.FP32);
    }

    /**
     * Loads or creates a model.
     *
     * @param weights null for random parameters
     * @param precision what its predictors compute in
     */
    static SegmentationModel load(
            SegmentationDescription description, Path weights, Device device, Precision precision)
            throws IOException {
        return weights == null
                ? create(description, device, NetworkSpec.SEED, precision)
                : read(description, weights, device, NetworkSpec.SEED, precision, false);
    }

    private static SegmentationModel read(
            SegmentationDescription description,
            Path weights,
            Device device,
            long seed,
            Precision precision,
            boolean untrainedHead)
            throws IOException {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        StateDict.of(description.newBlock())
                .forEach((name, parameter) -> shapes.put(name, parameter.getShape().getShape()));
        try (StateSource source = StateFiles.open(weights)) {
            LoadedWeights loaded =
                    WeightsLoader.load(
                            source, description.network().backbone(), shapes, LoadOptions.DEFAULT);
            if (!untrainedHead) {
                requireHead(source, loaded.report(), description);
            }
            SegmentationDescription settled = description.withBackbone(loaded.config());
            Model model = Model.newInstance(settled.name(), device, EngineInfo.ENGINE);
            try {
                UperNet block = settled.newBlock();
                Initializers.seed(block, seed);
                loaded.fill(block, model.getNDManager(), input(settled));
                return new SegmentationModel(model, settled, block, precision, loaded.report());
            } catch (IOException | RuntimeException e) {
                model.close();
                throw e;
            }
        }
    }

    /** The auxiliary head has no part in predictions, so that it may be missing. */
    private static void requireHead(
            StateSource source, LoadReport report, SegmentationDescription description)
            throws StateException {
        List<String> untrained =
                Stream.concat(report.missing().stream(), report.created().stream())
                        .filter(name -> !name.startsWith(AUXILIARY))
                        .toList();
        if (untrained.isEmpty()) {
            return;
        }
        int found = WeightsLoader.classes(source, LoadOptions.DEFAULT);
        boolean other = !report.created().isEmpty() && found != description.network().classes();
        throw new StateException(
                source.file(),
                other
                        ? "has a head for "
                                + found
                                + " classes where the model labels pixels by "
                                + description.network().classes()
                                + "; use it as the weights of a training, or give others."
                        : "does not hold a whole segmentation network: "
                                + untrained.size()
                                + " tensors are missing, such as "
                                + untrained.get(0)
                                + "; give the weights of "
                                + description.name()
                                + ", or use these as the weights of a training.");
    }

    private static Shape input(SegmentationDescription description) {
        return new Shape(1, description.network().backbone().channels(), PROBE, PROBE);
    }

    @Override
    public SegmentationDescription description() {
        return description;
    }

    @Override
    public Optional<LoadReport> report() {
        return Optional.ofNullable(report);
    }

    @Override
    public UperNet block() {
        return block;
    }

    @Override
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
     * Creates a predictor that labels pictures of any size as a whole, in the precision that the
     * model was built for, which is float32 where nothing else was asked for.
     *
     * @return the predictor, for one thread; the caller closes it
     */
    public Predictor<Image, CategoryMask> newPredictor() {
        return newPredictor(Image.class);
    }

    /**
     * Creates a predictor for pictures that come in otherwise; the mask has the picture's own size,
     * and the class's index for each pixel.
     *
     * @param input what a picture comes in as, see {@link PictureTranslator}
     * @param <I> what a picture comes in as
     * @return the predictor, for one thread; the caller closes it
     * @throws IllegalArgumentException if there is no such input
     */
    public <I> Predictor<I, CategoryMask> newPredictor(Class<I> input) {
        return model.newPredictor(translator(input));
    }

    <I> Translator<I, CategoryMask> translator(Class<I> input) {
        return new SegmentationTranslator<>(
                PictureInput.of(input),
                segmenter(InferenceProtocol.whole(description.box()), Precision.FP32),
                description.palette().names());
    }

    /** Returns the model of DJL that owns the parameters. */
    Model djlModel() {
        return model;
    }

    @Override
    public void close() {
        model.close();
    }
}
