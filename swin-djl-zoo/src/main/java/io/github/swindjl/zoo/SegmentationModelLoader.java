// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Application;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;
import ai.djl.util.Progress;
import io.github.swindjl.kernels.EngineInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Loads the networks of {@link SegmentationTable} for DJL. Thread-safe. */
final class SegmentationModelLoader implements ModelLoader {

    private final MRL mrl = SwinRepository.segmentation().getResources().get(0);

    @Override
    public String getGroupId() {
        return SwinModelZoo.GROUP_ID;
    }

    @Override
    public String getArtifactId() {
        return SwinModelZoo.SEGMENTATION_ARTIFACT_ID;
    }

    @Override
    public Application getApplication() {
        return Application.CV.SEMANTIC_SEGMENTATION;
    }

    @Override
    public MRL getMrl() {
        return mrl;
    }

    @Override
    public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException {
        if (criteria.getInputClass() != Image.class
                || criteria.getOutputClass() != CategoryMask.class) {
            throw new ModelNotFoundException(
                    "No translator from "
                            + criteria.getInputClass().getSimpleName()
                            + " to "
                            + criteria.getOutputClass().getSimpleName()
                            + "; there is one from Image to CategoryMask");
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

    @Override
    public <I, O> boolean isDownloaded(Criteria<I, O> criteria) throws ModelNotFoundException {
        return Pretrained.cached(entry(criteria)) != null;
    }

    @Override
    public <I, O> void downloadModel(Criteria<I, O> criteria, Progress progress)
            throws IOException, ModelNotFoundException {
        Pretrained.fetch(entry(criteria), progress);
    }

    private static SegmentationEntry entry(Criteria<?, ?> criteria) throws ModelNotFoundException {
        try {
            return SwinRepository.firstSegmentation(criteria.getFilters());
        } catch (IllegalArgumentException e) {
            // DJL goes on to the next zoo after this exception only.
            throw new ModelNotFoundException(e.getMessage(), e);
        }
    }
}
