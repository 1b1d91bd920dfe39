// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Model;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes {@link PictureTranslator}s for DJL and djl-serving, by the same arguments as {@link
 * SwinBlockFactory} and {@code topK}, the number of classes that a result shows (5).
 *
 * <p>Stateless, thread-safe.
 */
public final class SwinTranslatorFactory implements TranslatorFactory {

    private static final long serialVersionUID = 1L;

    /** Creates the factory; DJL does so by the class's name. */
    public SwinTranslatorFactory() {}

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        Set<Pair<Type, Type>> pairs = new HashSet<>();
        for (Class<?> input : PictureInput.types()) {
            for (Class<?> output : PictureTranslator.OUTPUTS) {
                pairs.add(new Pair<>(input, output));
            }
        }
        return pairs;
    }

    @Override
    public <I, O> Translator<I, O> newInstance(
            Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        try {
            ModelArguments parsed = new ModelArguments(arguments);
            NetworkSpec spec = parsed.request(model.getName(), model.getModelPath()).spec();
            Integer topK = parsed.integer(ModelArguments.TOP_K);
            return PictureTranslator.of(
                    spec, input, output, topK == null ? PictureTranslator.TOP_K : topK);
        } catch (IOException | IllegalArgumentException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }
}
