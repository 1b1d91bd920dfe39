// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;
import io.github.swindjl.kernels.EngineInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Loads the networks of {@link SegmentationTable} for DJL. Thread-safe. */
final class SegmentationModelLoader extends TableLoader<SegmentationEntry> {

    SegmentationModelLoader() {
        super(SegmentationTable.all(), SegmentationTable::get);
    }

    @Override
    public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException {
        if (criteria.getInputClass() != Image.class
                || criteria.getOutputClass() != CategoryMask.class) {
            throw noTranslator(criteria, "is one from Image to CategoryMask");
        }
        SegmentationEntry entry = entry(criteria);
        Map<String, Object> arguments = criteria.getArguments();
        Object given = arguments == null ? null : arguments.get(ModelArguments.WEIGHTS);
        Swin.SegmentationBuilder builder =
                Swin.segmentation(entry.name())
                        .device(
                                criteria.getDevice() == null
                                        ? EngineInfo.devices().get(0)
                                        : criteria.getDevice());
        SegmentationModel model =
                (given == null
                                ? builder.pretrained(criteria.getProgress())
                                : builder.weights(Path.of(given.toString())))
                        .load();
        // The classes were compared above.
        @SuppressWarnings("unchecked")
        Translator<I, O> translator = (Translator<I, O>) model.translator();
        return new ZooModel<>(model.djlModel(), translator);
    }
}
