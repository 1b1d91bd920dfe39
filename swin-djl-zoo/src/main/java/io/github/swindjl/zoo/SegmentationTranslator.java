// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.github.swindjl.zoo.image.Picture;
import java.io.IOException;
import java.util.List;

/**
 * Lets DJL's predictors give the class of each pixel as a {@link CategoryMask}, which DJL users
 * draw their own way. For one thread.
 *
 * @param <I> what a picture comes in as
 */
final class SegmentationTranslator<I> implements NoBatchifyTranslator<I, CategoryMask> {

    private static final String PICTURE = "picture";

    private final PictureInput<I> input;
    private final Segmenter segmenter;
    private final List<String> classes;

    SegmentationTranslator(PictureInput<I> input, Segmenter segmenter, List<String> classes) {
        this.input = input;
        this.segmenter = segmenter;
        this.classes = classes;
    }

    @Override
    public NDList processInput(TranslatorContext context, I item) throws IOException {
        Picture picture = input.read(context.getNDManager(), item);
        context.setAttachment(PICTURE, picture);
        return new NDList(segmenter.input(context.getNDManager(), picture));
    }

    @Override
    public CategoryMask processOutput(TranslatorContext context, NDList output) {
        Picture picture = (Picture) context.getAttachment(PICTURE);
        byte[] labels = segmenter.labels(picture, output.get(0));
        int[][] mask = new int[picture.height()][picture.width()];
        for (int i = 0; i < labels.length; i++) {
            mask[i / picture.width()][i % picture.width()] = labels[i] & 0xFF;
        }
        return new CategoryMask(classes, mask);
    }
}
