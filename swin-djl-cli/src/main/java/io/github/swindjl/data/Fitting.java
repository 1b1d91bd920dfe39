// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureException;
import io.github.swindjl.zoo.image.PictureFile;
import io.github.swindjl.zoo.image.Preprocessing;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Brings pictures to the network's input size as an evaluation does, and draws nothing. Of a file
 * it decodes only what the crop needs.
 */
public final class Fitting implements Augmentation {

    private final Preprocessing preprocessing;

    /**
     * Creates the step.
     *
     * @param preprocessing how to resize and crop
     */
    public Fitting(Preprocessing preprocessing) {
        this.preprocessing = Objects.requireNonNull(preprocessing, "preprocessing");
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(Picture picture, SplittableRandom random) {
        return preprocessing.apply(picture);
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(PictureFile file, SplittableRandom random, Notes notes)
            throws PictureException {
        return preprocessing.apply(file);
    }
}
