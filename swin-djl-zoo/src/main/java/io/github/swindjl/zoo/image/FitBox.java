// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

/**
 * The largest size that a picture can have, its shape kept, when its longer side may be {@code
 * longer} and its shorter one {@code shorter} pixels at most.
 *
 * @param longer bound of the longer side, at least 1
 * @param shorter bound of the shorter side, at least 1
 */
public record FitBox(int longer, int shorter) {

    /**
     * Sorts the bounds.
     *
     * @throws IllegalArgumentException if one is below 1
     */
    public FitBox {
        if (longer < 1 || shorter < 1) {
            throw new IllegalArgumentException(
                    "A box of " + longer + "x" + shorter + " pixels, expected at least 1x1");
        }
        int most = Math.max(longer, shorter);
        shorter = Math.min(longer, shorter);
        longer = most;
    }

    /**
     * Returns the box with both sides scaled, rounded down.
     *
     * @param ratio factor, above 0
     * @return the box
     */
    public FitBox scaled(double ratio) {
        return new FitBox((int) (longer * ratio), (int) (shorter * ratio));
    }

    /**
     * Returns the size of a picture brought into this box.
     *
     * @param width the picture's width
     * @param height the picture's height
     * @return the new size, each side rounded to the nearest pixel, at least 1
     */
    public PictureSize of(int width, int height) {
        double factor =
                Math.min(
                        (double) longer / Math.max(width, height),
                        (double) shorter / Math.min(width, height));
        return new PictureSize(side(width, factor), side(height, factor));
    }

    private static int side(int side, double factor) {
        return Math.max(1, (int) (side * factor + 0.5));
    }

    /**
     * Brings a picture into this box, as OpenCV resizes bilinearly.
     *
     * @param picture any picture
     * @return the picture in its new size
     */
    public Picture apply(Picture picture) {
        PictureSize size = of(picture.width(), picture.height());
        return CvResize.bilinear(picture, size.width(), size.height());
    }
}
