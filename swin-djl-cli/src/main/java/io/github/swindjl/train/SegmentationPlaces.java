// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.data.EpochOrder;
import io.github.swindjl.data.Seeds;
import io.github.swindjl.data.segment.SegmentationLoader;
import io.github.swindjl.train.config.TrainConfig;
import java.util.Iterator;

/**
 * The pictures of one batch after another from a batch on, pass after pass without end. For one
 * thread.
 */
final class SegmentationPlaces implements Iterator<SegmentationLoader.Place> {

    private final TrainConfig config;
    private final int pictures;
    private final long perPass;
    private long next;
    private int pass = -1;
    private int[] order;

    /**
     * Begins at a batch.
     *
     * @param config what decides the run
     * @param pictures to learn from, at least a batch
     * @param firstBatch counted from the start of the run
     */
    SegmentationPlaces(TrainConfig config, int pictures, long firstBatch) {
        this.config = config;
        this.pictures = pictures;
        perPass = batchesPerPass(config, pictures) * config.training().batchSize();
        next = firstBatch * config.training().batchSize();
    }

    private static long batchesPerPass(TrainConfig config, int pictures) {
        return pictures / config.training().batchSize();
    }

    /** Returns the batches of an epoch, which may be a part of a pass or several. */
    static long batchesPerEpoch(TrainConfig config, int pictures) {
        int updates = config.segmentation().updatesPerEpoch();
        long perPass = batchesPerPass(config, pictures);
        return updates == 0 || perPass == 0
                ? perPass
                : (long) updates * config.training().accumulate();
    }

    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public SegmentationLoader.Place next() {
        int current = Math.toIntExact(next / perPass);
        if (current != pass) {
            pass = current;
            order = EpochOrder.shuffled(pictures, config.seed(), pass);
        }
        int index = order[(int) (next++ % perPass)];
        long seed = RandomPurpose.AUGMENTATION.seed(config.seed(), pass);
        return new SegmentationLoader.Place(index, Seeds.mix(seed, index));
    }
}
