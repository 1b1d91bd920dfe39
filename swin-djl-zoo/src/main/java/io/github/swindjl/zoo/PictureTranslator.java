// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.image.PixelNormalizer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads a picture file as the model's preprocessing says, and names the classes of the result.
 *
 * <p>Thread-safe.
 */
public final class PictureTranslator implements Translator<Path, Classifications> {

    private final ModelDescription description;
    private final PixelNormalizer normalizer;

    /**
     * Creates a translator.
     *
     * @param description the model
     */
    public PictureTranslator(ModelDescription description) {
        this.description = description;
        normalizer =
                new PixelNormalizer(
                        description.preprocessing().mean(), description.preprocessing().std());
    }

    @Override
    public NDList processInput(TranslatorContext context, Path file) throws IOException {
        return new NDList(
                normalizer.normalize(
                        context.getNDManager(),
                        description.preprocessing().apply(PictureReader.read(file))));
    }

    @Override
    public Classifications processOutput(TranslatorContext context, NDList outputs) {
        NDArray probabilities = outputs.singletonOrThrow().get(0).softmax(0);
        return new Classifications(description.labels(), probabilities);
    }

    /** Pictures come one by one, already with a batch axis. */
    @Override
    public Batchifier getBatchifier() {
        return null;
    }
}
