// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.modality.Classifications;
import ai.djl.modality.Output;
import ai.djl.ndarray.BytesSupplier;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PixelNormalizer;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Brings a picture to the network as the model's preprocessing says, and gives its output a form
 * that needs no arrays.
 *
 * <p>Inputs: a {@code Path}, {@code InputStream} or {@code byte[]} with a picture's file, which is
 * decoded by this project; DJL's {@code Image} and this project's {@code Picture}, whose pixels are
 * taken as they are; djl-serving's {@code Input}, whose body is a picture's file.
 *
 * <p>Outputs: {@code Classifications}, which hold the softmax probabilities of all classes; {@code
 * float[]}, which holds the logits, or the pooled features of a network without a head; {@code
 * FeatureMap[]}; djl-serving's {@code Output} with that of the three that suits the network, as
 * JSON.
 *
 * <p>Class names need not differ: ImageNet has two classes {@code crane}, a bird and a machine.
 * {@code Classifications.get(name)} gives the first of them, so ask {@code getProbabilities()} by
 * index where that matters.
 *
 * <p>Thread-safe.
 *
 * @param <I> what a picture comes in as
 * @param <O> what the network's output goes out as
 */
public final class PictureTranslator<I, O> implements Translator<I, O> {

    /** How many classes a result shows where nothing else is asked for. */
    static final int TOP_K = 5;

    static final Set<Class<?>> OUTPUTS =
            Set.of(Classifications.class, float[].class, FeatureMap[].class, Output.class);

    private final ModelDescription description;
    private final PictureInput<I> input;
    private final Class<O> output;
    private final List<Integer> stages;
    private final int topK;
    private final PixelNormalizer normalizer;

    private PictureTranslator(NetworkSpec spec, Class<I> input, Class<O> output, int topK) {
        description = spec.description();
        stages = spec.stages();
        this.input = PictureInput.of(input);
        this.output = output;
        this.topK = topK;
        normalizer =
                new PixelNormalizer(
                        description.preprocessing().mean(), description.preprocessing().std());
    }

    /**
     * Creates a translator.
     *
     * @throws IllegalArgumentException if the network has no such output or takes no pictures, or
     *     there is no such kind of input
     */
    static <I, O> PictureTranslator<I, O> of(
            NetworkSpec spec, Class<I> input, Class<O> output, int topK) {
        ModelDescription description = spec.description();
        check(
                OUTPUTS.contains(output),
                "A result goes out as one of "
                        + PictureInput.names(OUTPUTS)
                        + ", not as "
                        + output.getSimpleName());
        requirePictures(description);
        check(
                output != Classifications.class
                        || spec.stages() == null && !description.labels().isEmpty(),
                description.name() + " is built without classes: ask for float[] or FeatureMap[]");
        check(
                output != FeatureMap[].class || spec.stages() != null,
                description.name() + " is not built for feature maps: name their stages");
        check(
                output != float[].class || spec.stages() == null,
                description.name() + " is built for feature maps: ask for FeatureMap[]");
        check(topK >= 1, "topK must be at least 1, found " + topK);
        return new PictureTranslator<>(spec, input, output, topK);
    }

    /** Refuses a network whose input is no picture. */
    static void requirePictures(ModelDescription description) {
        check(
                description.config().channels() == Picture.CHANNELS,
                description.name()
                        + " takes "
                        + description.config().channels()
                        + " channels, pictures have 3: give its block arrays instead");
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Creates a translator for a classifier.
     *
     * @param description the model
     * @param input the class of pictures
     * @param topK how many classes a result shows
     * @param <I> what a picture comes in as
     * @return the translator
     * @throws IllegalArgumentException if the model has no classes or takes no pictures, or there
     *     is no such kind of input
     */
    public static <I> PictureTranslator<I, Classifications> classifying(
            ModelDescription description, Class<I> input, int topK) {
        return of(NetworkSpec.of(description), input, Classifications.class, topK);
    }

    @Override
    public NDList processInput(TranslatorContext context, I item) throws IOException {
        Picture picture =
                description.preprocessing().apply(input.read(context.getNDManager(), item));
        return new NDList(normalizer.normalize(context.getNDManager(), picture).squeeze(0));
    }

    @Override
    public O processOutput(TranslatorContext context, NDList outputs) {
        return output.cast(output == Output.class ? response(outputs) : result(output, outputs));
    }

    private Object result(Class<?> type, NDList outputs) {
        if (type == Classifications.class) {
            return classes(outputs.singletonOrThrow());
        }
        return type == FeatureMap[].class
                ? maps(outputs)
                : outputs.singletonOrThrow().toFloatArray();
    }

    private Classifications classes(NDArray logits) {
        try (NDArray probabilities = logits.softmax(0)) {
            return new Classifications(description.labels(), probabilities, topK);
        }
    }

    private FeatureMap[] maps(NDList outputs) {
        FeatureMap[] maps = new FeatureMap[outputs.size()];
        for (int i = 0; i < maps.length; i++) {
            Shape shape = outputs.get(i).getShape();
            maps[i] =
                    new FeatureMap(
                            stages.get(i),
                            (int) shape.get(0),
                            (int) shape.get(1),
                            (int) shape.get(2),
                            outputs.get(i).toFloatArray());
        }
        return maps;
    }

    private Output response(NDList outputs) {
        Output response = new Output();
        response.addProperty("Content-Type", "application/json");
        if (stages != null) {
            response.add(BytesSupplier.wrapAsJson(maps(outputs)));
        } else if (description.labels().isEmpty()) {
            response.add(BytesSupplier.wrapAsJson(result(float[].class, outputs)));
        } else {
            response.add(classes(outputs.singletonOrThrow()));
        }
        return response;
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }
}
