// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.zoo.image.PixelNormalizer;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.weights.LoadReport;
import io.github.swindjl.zoo.weights.StateShards;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A classifier with its weights on a device.
 *
 * <pre>{@code
 * try (SwinModel model = SwinModel.load(Path.of("runs/first/checkpoints/best"));
 *         Predictor<Path, Classifications> predictor = model.newPredictor()) {
 *     Classifications result = predictor.predict(Path.of("picture.jpg"));
 * }
 * }</pre>
 *
 * <p>Prediction is thread-safe as long as each thread has a predictor of its own; close the model
 * after all of them.
 */
public final class SwinModel implements LoadedModel {

    /** The file of a checkpoint that holds the weights. */
    public static final String WEIGHTS_FILE = "model.safetensors";

    private final Model model;
    private final NetworkSpec spec;
    private final LoadReport report;
    private final SwinClassifier block;
    private final ParameterStore store;
    private final PixelNormalizer normalizer;

    private SwinModel(NetworkSpec.Loaded loaded) {
        model = loaded.model();
        spec = loaded.built().spec();
        block = (SwinClassifier) loaded.built().network();
        report = loaded.built().report();
        store = new ParameterStore(model.getNDManager(), false);
        Preprocessing pictures = spec.description().preprocessing();
        normalizer = new PixelNormalizer(pictures.mean(), pictures.std());
    }

    /**
     * Loads a checkpoint of this project onto the CPU, or the first GPU if there is one.
     *
     * @param checkpoint the folder with {@code model.json} and {@code model.safetensors}
     * @return the model; the caller closes it
     * @throws IOException if a file is missing, damaged or does not fit; says which and why
     */
    public static SwinModel load(Path checkpoint) throws IOException {
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
    public static SwinModel load(Path checkpoint, Device device) throws IOException {
        if (!Files.isDirectory(checkpoint)) {
            throw new IOException(
                    checkpoint
                            + (Files.exists(checkpoint)
                                    ? " is no folder: a checkpoint is one, with "
                                    : " does not exist: expected a checkpoint, a folder with ")
                            + ModelDescription.FILE
                            + " and "
                            + WEIGHTS_FILE
                            + ".");
        }
        ModelDescription description = ModelDescription.read(checkpoint);
        return load(description, StateShards.find(checkpoint, WEIGHTS_FILE), device);
    }

    /**
     * Loads weights into a described model.
     *
     * @param description the model
     * @param weights a file of this project, of the official code, timm, torchvision, Hugging Face
     *     or OpenMMLab, in whatever wrapping
     * @param device where the model lives
     * @return the model; the caller closes it
     * @throws IOException if the file is missing, damaged or does not fit, or lacks any parameter
     *     of the model; for a head of another number of classes see {@link Swin.Builder#classes}
     */
    public static SwinModel load(ModelDescription description, Path weights, Device device)
            throws IOException {
        return load(NetworkSpec.of(description), weights, device);
    }

    /**
     * Loads weights into a described model that is then trained: where the weights have no head for
     * the model's classes, or lack a little of the backbone (at most 5 % of its parameters), that
     * starts untrained.
     *
     * @param description the model
     * @param weights as for {@link #load(ModelDescription, Path, Device)}
     * @param device where the model lives
     * @param seed decides the parameters that the weights do not give
     * @return the model, whose {@link #report()} says what starts untrained; the caller closes it
     * @throws IOException if the file is missing, damaged or another model's
     */
    public static SwinModel tune(
            ModelDescription description, Path weights, Device device, long seed)
            throws IOException {
        NetworkSpec spec =
                new NetworkSpec(description, null, Precision.FP32, NetworkSpec.Gaps.TRAINING);
        return new SwinModel(spec.load(device, weights, seed));
    }

    /**
     * Loads or creates a model.
     *
     * @param weights null for random parameters
     */
    static SwinModel load(NetworkSpec spec, Path weights, Device device) throws IOException {
        return new SwinModel(spec.load(device, weights, NetworkSpec.SEED));
    }

    /**
     * Creates a model that knows nothing yet.
     *
     * @param description the model
     * @param device where the model lives
     * @param seed the same seed gives the same parameters
     * @return the model; the caller closes it
     */
    public static SwinModel create(ModelDescription description, Device device, long seed) {
        return new SwinModel(NetworkSpec.of(description).create(device, seed));
    }

    /**
     * Writes this model as a checkpoint: its description and its weights, in one file or, above
     * {@link StateShards#LIMIT}, in several with an index. Weights that were in the folder before
     * are gone afterwards.
     *
     * @param directory an existing folder
     * @throws IOException if a file cannot be written
     */
    public void save(Path directory) throws IOException {
        save(directory, StateShards.LIMIT);
    }

    /** Writes files of at most so many bytes of values. */
    void save(Path directory, long limit) throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        StateDict.of(block).forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
        StateShards.write(directory, WEIGHTS_FILE, arrays, limit);
        Files.writeString(directory.resolve(ModelDescription.FILE), description().toJson());
    }

    @Override
    public ModelDescription description() {
        return spec.description();
    }

    @Override
    public Optional<LoadReport> report() {
        return Optional.ofNullable(report);
    }

    @Override
    public SwinClassifier block() {
        return block;
    }

    @Override
    public NDManager manager() {
        return model.getNDManager();
    }

    /**
     * Creates a predictor that reads, preprocesses and classifies picture files.
     *
     * @return the predictor, for one thread; the caller closes it
     * @throws IllegalArgumentException if the model has no classes or takes no pictures
     */
    public Predictor<Path, Classifications> newPredictor() {
        return newPredictor(Path.class, Classifications.class, PictureTranslator.TOP_K);
    }

    /**
     * Creates a predictor for other inputs and results, see {@link PictureTranslator}.
     *
     * @param input what a picture comes in as
     * @param output {@code Classifications} or {@code float[]}
     * @param topK how many classes a result shows
     * @param <I> what a picture comes in as
     * @param <O> what a result is
     * @return the predictor, for one thread; the caller closes it
     * @throws IllegalArgumentException if there is no such input or output, or the model does not
     *     have it
     */
    public <I, O> Predictor<I, O> newPredictor(Class<I> input, Class<O> output, int topK) {
        return model.newPredictor(PictureTranslator.of(spec, input, output, topK));
    }

    /**
     * Classifies pixels.
     *
     * @param pixels a direct buffer of N·height·width·3 unsigned bytes, red first, preprocessed
     * @param batch number of pictures, N
     * @param precision of the heavy products
     * @return N rows of logits, one after the other
     */
    public float[] logits(ByteBuffer pixels, int batch, Precision precision) {
        Preprocessing input = description().preprocessing();
        try (NDManager manager = model.getNDManager().newSubManager();
                NDArray images =
                        normalizer.normalize(
                                manager, pixels, batch, input.height(), input.width());
                NDArray logits = forward(images, precision)) {
            return Transfers.floats(logits);
        }
    }

    private NDArray forward(NDArray images, Precision precision) {
        return block.forward(store, new NDList(images), false, ForwardOptions.of(precision))
                .singletonOrThrow();
    }

    @Override
    public void close() {
        model.close();
    }
}
