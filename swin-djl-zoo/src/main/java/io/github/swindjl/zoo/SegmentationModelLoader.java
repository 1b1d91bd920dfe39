// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Loads the networks of {@link SegmentationTable} for DJL. Thread-safe. */
final class SegmentationModelLoader extends TableLoader<SegmentationEntry> {

    private static final Set<Pair<Type, Type>> PAIRS =
            PictureInput.types().stream()
                    .map(input -> new Pair<Type, Type>(input, CategoryMask.class))
                    .collect(Collectors.toUnmodifiableSet());

    SegmentationModelLoader() {
        super(SegmentationTable.all(), SegmentationTable::get);
    }

    @Override
    public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException {
        SegmentationEntry entry = entry(criteria);
        Map<String, Object> given = criteria.getArguments();
        ModelArguments arguments = new ModelArguments(given);
        if (criteria.getTranslatorFactory() == null) {
            boolean known =
                    criteria.getOutputClass() == CategoryMask.class
                            && PictureInput.types().contains(criteria.getInputClass());
            requireTranslator(criteria, known, PAIRS);
            arguments.requireOnly(ModelArguments.OF_NETWORKS_FOR_PIXELS);
        } else {
            requireTranslator(criteria, criteria.getTranslatorFactory());
        }
        Swin.SegmentationBuilder builder =
                Swin.segmentation(entry.name())
                        .device(criteria.getDevice())
                        .precision(arguments.precision());
        Object weights = arguments.values().get(ModelArguments.WEIGHTS);
        SegmentationModel model =
                (weights == null
                                ? builder.pretrained(criteria.getProgress())
                                : builder.weights(Path.of(weights.toString())))
                        .load();
        boolean complete = false;
        try {
            Translator<I, O> translator = translator(criteria, model);
            complete = true;
            return new ZooModel<>(model.djlModel(), translator);
        } catch (TranslateException e) {
            throw new ModelNotFoundException(e.getMessage(), e);
        } finally {
            if (!complete) {
                model.close();
            }
        }
    }

    private static <I, O> Translator<I, O> translator(
            Criteria<I, O> criteria, SegmentationModel model) throws TranslateException {
        TranslatorFactory own = criteria.getTranslatorFactory();
        if (own != null) {
            return own.newInstance(
                    criteria.getInputClass(),
                    criteria.getOutputClass(),
                    model.djlModel(),
                    criteria.getArguments());
        }
        // The classes were compared before.
        @SuppressWarnings("unchecked")
        Translator<I, O> translator = (Translator<I, O>) model.translator(criteria.getInputClass());
        return translator;
    }
}
