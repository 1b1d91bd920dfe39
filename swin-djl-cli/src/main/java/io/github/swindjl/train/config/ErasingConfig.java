// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.data.RandomErasing;
import java.util.List;
import java.util.Optional;

/**
 * How parts of pictures are erased.
 *
 * @param probability chance that a picture loses anything, from 0 to 1
 * @param mode what comes there instead
 * @param area least and greatest share of the picture
 * @param aspect least and greatest height by width
 * @param boxes most boxes in a picture, at least 1
 */
public record ErasingConfig(
        double probability,
        RandomErasing.Mode mode,
        List<Double> area,
        List<Double> aspect,
        int boxes) {

    public ErasingConfig {
        Check.within("probability", probability, 0, 1);
        Check.range("area", area, Double.MIN_VALUE, 1);
        Check.range("aspect", aspect, Double.MIN_VALUE, Double.MAX_VALUE);
        area = List.copyOf(area);
        aspect = List.copyOf(aspect);
        Check.atLeast("boxes", boxes, 1);
    }

    /**
     * Returns what erases.
     *
     * @return the augmentation, or nothing if its probability is 0
     */
    public Optional<RandomErasing> augmentation() {
        return probability == 0
                ? Optional.empty()
                : Optional.of(
                        new RandomErasing(
                                probability,
                                area.get(0),
                                area.get(1),
                                aspect.get(0),
                                aspect.get(1),
                                mode,
                                boxes));
    }
}
