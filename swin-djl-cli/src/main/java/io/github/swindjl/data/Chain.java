// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureException;
import io.github.swindjl.zoo.image.PictureFile;
import java.util.List;
import java.util.SplittableRandom;

/** Several augmentations in order, which draw from one stream. */
record Chain(List<Augmentation> steps) implements Augmentation {

    @Override
    public Picture apply(Picture picture, SplittableRandom random) {
        return apply(picture, random, Notes.NONE);
    }

    @Override
    public Picture apply(Picture picture, SplittableRandom random, Notes notes) {
        return apply(picture, 0, random, notes);
    }

    @Override
    public Picture apply(PictureFile file, SplittableRandom random, Notes notes)
            throws PictureException {
        return steps.isEmpty()
                ? file.whole()
                : apply(steps.get(0).apply(file, random, notes), 1, random, notes);
    }

    /** Carries out the steps from the given one on. */
    private Picture apply(Picture picture, int from, SplittableRandom random, Notes notes) {
        Picture result = picture;
        for (Augmentation step : steps.subList(from, steps.size())) {
            result = step.apply(result, random, notes);
        }
        return result;
    }
}
