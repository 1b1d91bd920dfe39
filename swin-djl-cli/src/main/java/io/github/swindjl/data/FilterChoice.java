// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Interpolation;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The filters that a random step may use, all with the same chance.
 *
 * @param filters at least one filter
 */
public record FilterChoice(List<Interpolation> filters) {

    /** What timm calls random: bilinear or bicubic. */
    public static final FilterChoice RANDOM =
            new FilterChoice(List.of(Interpolation.BILINEAR, Interpolation.BICUBIC));

    /** Checks that there is a choice. {@inheritDoc} */
    public FilterChoice {
        filters = List.copyOf(filters);
        if (filters.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is no filter to choose, expected one or more");
        }
    }

    /**
     * Returns a choice of one.
     *
     * @param filter the only filter
     * @return the choice
     */
    public static FilterChoice of(Interpolation filter) {
        return new FilterChoice(List.of(filter));
    }

    /**
     * Draws a filter; from a choice of one nothing is drawn.
     *
     * @param random where to draw from
     * @return the filter
     */
    public Interpolation draw(SplittableRandom random) {
        return filters.size() == 1 ? filters.get(0) : filters.get(random.nextInt(filters.size()));
    }
}
