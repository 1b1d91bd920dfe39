// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
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
        Picture result = picture;
        for (Augmentation step : steps) {
            result = step.apply(result, random, notes);
        }
        return result;
    }
}
