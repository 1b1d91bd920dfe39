// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Interpolation;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureException;
import io.github.swindjl.zoo.image.PictureFile;
import io.github.swindjl.zoo.image.Resizer;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Cuts out a part of random area and shape and resizes it to a square: the standard augmentation of
 * ImageNet training, with the definition of torchvision and timm. The aspect ratio is log-uniform;
 * after ten parts that do not fit, the largest central part of an allowed shape is taken.
 *
 * @param side width and height of the result in pixels, at least 1
 * @param minScale least area of the part, as a share of the picture's, above 0
 * @param maxScale greatest area of the part, at most 1
 * @param minRatio least width divided by height of the part, above 0
 * @param maxRatio greatest width divided by height of the part
 * @param filters how the part is resized
 */
public record RandomResizedCrop(
        int side,
        double minScale,
        double maxScale,
        double minRatio,
        double maxRatio,
        FilterChoice filters)
        implements Augmentation {

    private static final int TRIES = 10;

    /** Checks the ranges. {@inheritDoc} */
    public RandomResizedCrop {
        Objects.requireNonNull(filters, "filters");
        if (side < 1) {
            throw new IllegalArgumentException(
                    "A random resized crop has side " + side + ", expected at least 1");
        }
        if (!(minScale > 0 && minScale <= maxScale && maxScale <= 1)) {
            throw new IllegalArgumentException(
                    "A random resized crop has scales "
                            + minScale
                            + " to "
                            + maxScale
                            + ", expected 0 < least <= greatest <= 1");
        }
        if (!(minRatio > 0 && minRatio <= maxRatio && maxRatio < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "A random resized crop has aspect ratios "
                            + minRatio
                            + " to "
                            + maxRatio
                            + ", expected 0 < least <= greatest");
        }
    }

    /**
     * Returns the crop of ImageNet recipes: area 8 % to 100 %, aspect ratio 3:4 to 4:3.
     *
     * @param side width and height of the result in pixels, at least 1
     * @param filters how the part is resized
     * @return the crop
     */
    public static RandomResizedCrop imagenet(int side, FilterChoice filters) {
        return new RandomResizedCrop(side, 0.08, 1, 3.0 / 4, 4.0 / 3, filters);
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(Picture picture, SplittableRandom random) {
        return apply(picture, random, Notes.NONE);
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(Picture picture, SplittableRandom random, Notes notes) {
        Box box = draw(picture.width(), picture.height(), random);
        Picture part = picture.crop(box.x(), box.y(), box.width(), box.height());
        return resized(part, box, random, notes);
    }

    /** {@inheritDoc} */
    @Override
    public Picture apply(PictureFile file, SplittableRandom random, Notes notes)
            throws PictureException {
        Box box = draw(file.size().width(), file.size().height(), random);
        Picture part = file.part(box.x(), box.y(), box.width(), box.height());
        return resized(part, box, random, notes);
    }

    /** Cropping first matters: a resize within the picture would see beyond the part's edge. */
    private Picture resized(Picture part, Box box, SplittableRandom random, Notes notes) {
        Interpolation filter = filters.draw(random);
        notes.add("crop %dx%d+%d+%d", box.width(), box.height(), box.x(), box.y());
        if (filters.filters().size() > 1) {
            notes.add("resize %s", filter);
        }
        return Resizer.resize(part, side, side, filter);
    }

    /** The part to cut out, in whole pixels. */
    record Box(int x, int y, int width, int height) {}

    Box draw(int width, int height, SplittableRandom random) {
        double area = (double) width * height;
        double logMin = Math.log(minRatio);
        double logMax = Math.log(maxRatio);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            double wanted = area * uniform(minScale, maxScale, random);
            double ratio = Math.exp(uniform(logMin, logMax, random));
            int w = rounded(Math.sqrt(wanted * ratio));
            int h = rounded(Math.sqrt(wanted / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height) {
                int y = random.nextInt(height - h + 1);
                int x = random.nextInt(width - w + 1);
                return new Box(x, y, w, h);
            }
        }
        return central(width, height);
    }

    private Box central(int width, int height) {
        double ratio = (double) width / height;
        int w = ratio > maxRatio ? rounded(height * maxRatio) : width;
        int h = ratio < minRatio ? rounded(width / minRatio) : height;
        // A picture one pixel wide or high may round to nothing.
        w = Math.max(1, w);
        h = Math.max(1, h);
        return new Box((width - w) / 2, (height - h) / 2, w, h);
    }

    private static double uniform(double from, double to, SplittableRandom random) {
        return from + (to - from) * random.nextDouble();
    }

    /** Rounds halves to even, as Python does. */
    private static int rounded(double value) {
        return (int) Math.rint(value);
    }
}
