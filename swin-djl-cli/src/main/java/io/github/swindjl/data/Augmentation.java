// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureException;
import io.github.swindjl.zoo.image.PictureFile;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes a picture at random. Implementations are stateless and thread-safe, and draw from the
 * given generator only, so the same picture and seed give the same result. Steps that draw nothing,
 * such as the preprocessing of an evaluation, fit as well: {@code (picture, random) ->
 * preprocessing.apply(picture)}.
 */
@FunctionalInterface
public interface Augmentation {

    /**
     * Returns the changed picture.
     *
     * @param picture picture to start from, left as it is
     * @param random where to draw from
     * @return the result; may be the picture itself
     */
    Picture apply(Picture picture, SplittableRandom random);

    /**
     * Returns the very same result, and takes down what was drawn.
     *
     * @param picture picture to start from, left as it is
     * @param random where to draw from
     * @param notes what was done, step by step; steps that draw nothing write nothing
     * @return the result; may be the picture itself
     */
    default Picture apply(Picture picture, SplittableRandom random, Notes notes) {
        return apply(picture, random);
    }

    /**
     * Returns the very same result from a picture that is not decoded yet. Steps that need a part
     * of it only save the rest.
     *
     * @param file picture to start from
     * @param random where to draw from
     * @param notes what was done, step by step
     * @return the result
     * @throws PictureException if the picture cannot be decoded
     */
    default Picture apply(PictureFile file, SplittableRandom random, Notes notes)
            throws PictureException {
        return apply(file.whole(), random, notes);
    }

    /**
     * Returns an augmentation that carries out several in order.
     *
     * @param steps the augmentations; empty to leave every picture as it is
     * @return the chain
     */
    static Augmentation of(List<Augmentation> steps) {
        return new Chain(List.copyOf(steps));
    }
}
