// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import io.github.swindjl.kernels.EngineInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Loads the models of {@link ModelTable} for DJL. Thread-safe. */
final class SwinModelLoader extends TableLoader<ModelEntry> {

    SwinModelLoader() {
        super(ModelTable.all(), ModelTable::get);
    }

    @Override
    public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        ModelEntry entry = entry(criteria);
        Map<String, Object> arguments = arguments(criteria, entry);
        TranslatorFactory factory =
                criteria.getTranslatorFactory() == null
                        ? new SwinTranslatorFactory()
                        : criteria.getTranslatorFactory();
        requireTranslator(criteria, factory);
        Path weights = weights(criteria, entry, arguments);
        Path directory = weights.toAbsolutePath().getParent();
        String name = criteria.getModelName() == null ? entry.name() : criteria.getModelName();
        Model model = Model.newInstance(name, criteria.getDevice(), EngineInfo.ENGINE);
        boolean complete = false;
        try {
            Block block = criteria.getBlock();
            model.setBlock(
                    block == null
                            ? new SwinBlockFactory().newBlock(model, directory, arguments)
                            : block);
            arguments.forEach((key, value) -> model.setProperty(key, value.toString()));
            model.load(directory, null, Map.of("hasParameter", "false"));
            Translator<I, O> translator =
                    factory.newInstance(
                            criteria.getInputClass(), criteria.getOutputClass(), model, arguments);
            complete = true;
            return new ZooModel<>(model, translator);
        } catch (TranslateException e) {
            throw new ModelNotFoundException(e.getMessage(), e);
        } finally {
            if (!complete) {
                model.close();
            }
        }
    }

    private static Map<String, Object> arguments(Criteria<?, ?> criteria, ModelEntry entry) {
        Map<String, Object> arguments = new HashMap<>();
        if (criteria.getArguments() != null) {
            arguments.putAll(criteria.getArguments());
        }
        if (criteria.getTranslatorFactory() == null && criteria.getBlock() == null) {
            // Others may have arguments of their own.
            new ModelArguments(arguments).requireOnly(ModelArguments.OF_CLASSIFIERS);
        }
        arguments.put(ModelArguments.MODEL, entry.name());
        if (criteria.getOutputClass() == float[].class) {
            arguments.putIfAbsent(ModelArguments.CLASSES, 0);
        }
        if (criteria.getOutputClass() == FeatureMap[].class) {
            arguments.putIfAbsent(
                    ModelArguments.FEATURES,
                    IntStream.range(0, entry.config().stages())
                            .mapToObj(Integer::toString)
                            .collect(Collectors.joining(",")));
        }
        return arguments;
    }

    /** Finds the weights, and notes them in the arguments as what the factories are to load. */
    private static Path weights(
            Criteria<?, ?> criteria, ModelEntry entry, Map<String, Object> arguments)
            throws IOException {
        Object given = arguments.get(ModelArguments.WEIGHTS);
        Path weights =
                given == null
                        ? Pretrained.fetch(entry, criteria.getProgress())
                        : Path.of(given.toString());
        arguments.remove(ModelArguments.PRETRAINED);
        arguments.put(ModelArguments.WEIGHTS, weights.toAbsolutePath().toString());
        return weights;
    }
}
