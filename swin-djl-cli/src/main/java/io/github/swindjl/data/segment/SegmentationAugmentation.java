// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import io.github.swindjl.zoo.image.CvResize;
import io.github.swindjl.zoo.image.FitBox;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureSize;
import java.util.SplittableRandom;

/**
 * The random changes of a picture and its labels in training, as mmsegmentation has them: a resize
 * of random scale, a crop in which one class does not cover nearly everything, a mirror image, and
 * a change of colours. Immutable, thread-safe.
 *
 * @param box where the picture fits at scale 1
 * @param leastScale least scale, above 0
 * @param greatestScale greatest scale, at least the least
 * @param crop side of the crop in pixels; what is smaller stays smaller
 * @param categoryLimit share of the labelled pixels that the most frequent class of a crop has to
 *     stay below, above 0; 1 does not look
 * @param flip probability of a mirror image, 0 to 1
 * @param photometric whether colours change
 */
public record SegmentationAugmentation(
        FitBox box,
        double leastScale,
        double greatestScale,
        int crop,
        double categoryLimit,
        double flip,
        boolean photometric) {

    /** How often a crop is drawn anew; the last one is taken as it is. */
    private static final int RETRIES = 10;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public SegmentationAugmentation {
        require(leastScale > 0 && greatestScale >= leastScale, "scales", leastScale);
        require(crop >= 1, "crop", crop);
        require(categoryLimit > 0 && categoryLimit <= 1, "category limit", categoryLimit);
        require(flip >= 0 && flip <= 1, "flip", flip);
    }

    private static void require(boolean holds, String name, Number found) {
        if (!holds) {
            throw new IllegalArgumentException("Out of range: " + name + " " + found);
        }
    }

    /**
     * Changes a picture.
     *
     * @param sample the picture, left as it is
     * @param random where to draw from
     * @return the changed picture, at most {@link #crop} pixels wide and high
     */
    public LabelledPicture apply(LabelledPicture sample, SplittableRandom random) {
        FitBox scaled = box.scaled(leastScale + random.nextDouble() * (greatestScale - leastScale));
        PictureSize size = scaled.of(sample.picture().width(), sample.picture().height());
        Picture picture = CvResize.bilinear(sample.picture(), size.width(), size.height());
        LabelMap labels = sample.labels().resize(size.width(), size.height());
        LabelMap part = null;
        int width = Math.min(crop, size.width());
        int height = Math.min(crop, size.height());
        int left = 0;
        int top = 0;
        for (int i = 0; i <= RETRIES; i++) {
            top = random.nextInt(size.height() - height + 1);
            left = random.nextInt(size.width() - width + 1);
            part = labels.crop(left, top, width, height);
            if (isVaried(part)) {
                break;
            }
        }
        picture = picture.crop(left, top, width, height);
        if (random.nextDouble() < flip) {
            picture = picture.flipHorizontal();
            part = part.flipHorizontal();
        }
        if (photometric) {
            picture = PhotometricDistortion.draw(random).apply(picture);
        }
        return new LabelledPicture(picture, part);
    }

    /** Tells whether there are two classes and none covers too much of what is labelled. */
    private boolean isVaried(LabelMap part) {
        if (categoryLimit == 1) {
            return true;
        }
        long[] counts = part.histogram();
        long sum = 0;
        long most = 0;
        int classes = 0;
        for (int label = 0; label < LabelMap.IGNORED; label++) {
            sum += counts[label];
            most = Math.max(most, counts[label]);
            classes += counts[label] > 0 ? 1 : 0;
        }
        return classes > 1 && (double) most / sum < categoryLimit;
    }
}
