// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import java.util.List;

/**
 * The colour shown where a picture has been moved away.
 *
 * @param red 0 to 255
 * @param green 0 to 255
 * @param blue 0 to 255
 */
public record Fill(int red, int green, int blue) {

    /** No light. */
    public static final Fill BLACK = new Fill(0, 0, 0);

    /** Checks the ranges. {@inheritDoc} */
    public Fill {
        if ((red | green | blue) < 0 || Math.max(red, Math.max(green, blue)) > 255) {
            throw new IllegalArgumentException(
                    "The fill is "
                            + List.of(red, green, blue)
                            + ", expected three values from 0 to 255");
        }
    }

    /**
     * Returns the colour that normalisation turns into about 0, as timm does.
     *
     * @param mean mean of red, green and blue in 0..1
     * @return the nearest colour
     */
    public static Fill of(List<Float> mean) {
        return new Fill(level(mean.get(0)), level(mean.get(1)), level(mean.get(2)));
    }

    private static int level(float share) {
        return (int) Math.min(255, Math.rint(255 * (double) share));
    }
}
