// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import java.util.SplittableRandom;

/**
 * Mirrors a picture left to right with a given probability.
 *
 * @param probability chance of a flip, 0 to 1
 */
public record HorizontalFlip(double probability) implements Augmentation {

    /** Checks the range. {@inheritDoc} */
    public HorizontalFlip {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "The probability of a flip is "
                            + probability
                            + ", expected a value from 0 to 1");
        }
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(Picture picture, SplittableRandom random) {
        return apply(picture, random, Notes.NONE);
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(Picture picture, SplittableRandom random, Notes notes) {
        if (random.nextDouble() >= probability) {
            return picture;
        }
        notes.add("flip");
        return picture.flipHorizontal();
    }
}
