// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import io.github.swindjl.data.segment.SegmentationAugmentation;
import io.github.swindjl.zoo.image.FitBox;
import java.util.List;

/**
 * What the task {@code segment} adds to a run.
 *
 * @param channels of every level of the head
 * @param auxiliaryChannels of the auxiliary head
 * @param dropout probability of zeroing a channel before a classifier
 * @param auxiliaryWeight factor of the auxiliary head's loss
 * @param box longest and shortest side of a picture at scale 1
 * @param scales least and greatest scale in training
 * @param crop side of the crops to learn from
 * @param categoryLimit share that the most frequent class of a crop has to stay below
 * @param photometric whether colours change
 * @param updatesPerEpoch updates after which an epoch ends, 0 for one pass over the data
 */
public record SegmentationConfig(
        int channels,
        int auxiliaryChannels,
        double dropout,
        double auxiliaryWeight,
        List<Integer> box,
        List<Double> scales,
        int crop,
        double categoryLimit,
        boolean photometric,
        int updatesPerEpoch) {

    public SegmentationConfig {
        Check.atLeast("channels", channels, 1);
        Check.atLeast("auxiliary_channels", auxiliaryChannels, 1);
        Check.within("dropout", dropout, 0, 0.99);
        Check.within("auxiliary_weight", auxiliaryWeight, 0, Double.MAX_VALUE);
        if (box.size() != 2) {
            throw new ConfigException("box", "found " + box.size() + " numbers, expected 2");
        }
        Check.atLeast("box.0", box.get(0), 1);
        Check.atLeast("box.1", box.get(1), 1);
        box = List.copyOf(box);
        Check.range("scales", scales, 0.01, 100);
        scales = List.copyOf(scales);
        Check.atLeast("crop", crop, 1);
        Check.within("category_limit", categoryLimit, 0.01, 1);
        Check.atLeast("updates_per_epoch", updatesPerEpoch, 0);
    }

    /**
     * Returns where pictures are fitted.
     *
     * @return the box at scale 1
     */
    public FitBox fitBox() {
        return new FitBox(box.get(0), box.get(1));
    }

    /**
     * Returns how training pictures change from epoch to epoch.
     *
     * @param flip probability of a mirror image
     * @return the augmentation
     */
    public SegmentationAugmentation augmentation(double flip) {
        return new SegmentationAugmentation(
                fitBox(), scales.get(0), scales.get(1), crop, categoryLimit, flip, photometric);
    }
}
