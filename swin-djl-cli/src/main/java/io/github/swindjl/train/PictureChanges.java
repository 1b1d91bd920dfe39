// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.AugmentationPreview;
import io.github.swindjl.data.AugmentationPreview.Shown;
import io.github.swindjl.data.EpochOrder;
import io.github.swindjl.data.FilterChoice;
import io.github.swindjl.data.HorizontalFlip;
import io.github.swindjl.data.ImageLoader;
import io.github.swindjl.data.MixPlan;
import io.github.swindjl.data.Mixup;
import io.github.swindjl.data.PaddedRandomCrop;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.RandomResizedCrop;
import io.github.swindjl.data.augment.Fill;
import io.github.swindjl.train.config.AugmentationConfig;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a configuration does to pictures before a network sees them. */
public final class PictureChanges {

    private static final int PREFETCH = 3;

    private PictureChanges() {}

    /**
     * Returns the changes of single pictures: crop, flip, random operations, colour jitter.
     *
     * @throws IllegalArgumentException if random crops, which are square, are asked for and the
     *     network's input is not
     */
    static Augmentation of(AugmentationConfig config, Preprocessing evaluation) {
        FilterChoice filters = config.interpolation().choice(evaluation.interpolation());
        List<Augmentation> steps = new ArrayList<>(cropping(config, filters, evaluation));
        steps.add(new HorizontalFlip(config.flip()));
        steps.addAll(config.operations(filters, Fill.of(evaluation.mean())));
        return Augmentation.of(steps);
    }

    private static List<Augmentation> cropping(
            AugmentationConfig config, FilterChoice filters, Preprocessing evaluation) {
        Augmentation asEvaluated = (picture, random) -> evaluation.apply(picture);
        return switch (config.crop()) {
            case NONE -> List.of(asEvaluated);
            case PADDED ->
                    List.of(asEvaluated, new PaddedRandomCrop(side(evaluation), config.padding()));
            case RANDOM_RESIZED ->
                    List.of(
                            new RandomResizedCrop(
                                    side(evaluation),
                                    config.area().get(0),
                                    config.area().get(1),
                                    config.aspect().get(0),
                                    config.aspect().get(1),
                                    filters));
        };
    }

    private static int side(Preprocessing evaluation) {
        if (evaluation.width() != evaluation.height()) {
            throw new IllegalArgumentException(
                    "Random crops are square, the network's input is "
                            + evaluation.width()
                            + "x"
                            + evaluation.height()
                            + "; set augmentation.crop to none");
        }
        return evaluation.width();
    }

    /** Returns the order in which an epoch shows the pictures, repeats included. */
    static int[] order(TrainConfig config, int pictures, int epoch) {
        return EpochOrder.shuffled(pictures, config.augmentation().repeats(), config.seed(), epoch);
    }

    /** Starts to load what is left of an epoch after some pictures. */
    static ImageLoader loader(
            TrainConfig config,
            PictureSource data,
            Preprocessing evaluation,
            Augmentation changes,
            int epoch,
            long skip,
            int batchSize) {
        return new ImageLoader(
                data,
                order(config, data.size(), epoch),
                Math.toIntExact(skip),
                changes,
                config.augmentation().erasing().augmentation(),
                RandomPurpose.AUGMENTATION.seed(config.seed(), epoch),
                new ImageLoader.Options(
                        batchSize,
                        evaluation.height(),
                        evaluation.width(),
                        config.data().workers(),
                        PREFETCH,
                        true));
    }

    /** Returns how a batch is mixed, whose place is counted from the start of the run. */
    static MixPlan mixing(TrainConfig config, Mixup mixup, int height, int width, long place) {
        return mixup.draw(
                config.training().batchSize(),
                height,
                width,
                RandomPurpose.MIXING.seed(config.seed(), place));
    }

    /**
     * Returns pictures as a training with this configuration sees them.
     *
     * @param config what decides the run
     * @param data the pictures to train on
     * @param evaluation what happens to a picture in evaluation
     * @param epoch which epoch, from 0
     * @param count how many pictures of the epoch's beginning, at least 1; at most the epoch's full
     *     batches are shown
     * @return the pictures, in the order of their use
     * @throws IOException if a picture cannot be read
     */
    public static List<Shown> preview(
            TrainConfig config, PictureSource data, Preprocessing evaluation, int epoch, int count)
            throws IOException {
        int[] order = order(config, data.size(), epoch);
        int batchSize = config.training().batchSize();
        int full = order.length / batchSize;
        Optional<Mixup> mixup = config.augmentation().mixing().augmentation();
        int shown = Math.min(count, full * batchSize);
        int batches = (shown + batchSize - 1) / batchSize;
        List<Shown> changed =
                AugmentationPreview.of(
                        data,
                        order,
                        mixup.isPresent() ? batches * batchSize : shown,
                        of(config.augmentation(), evaluation),
                        config.augmentation().erasing().augmentation(),
                        evaluation,
                        RandomPurpose.AUGMENTATION.seed(config.seed(), epoch));
        if (mixup.isEmpty()) {
            return changed;
        }
        List<Shown> mixed = new ArrayList<>();
        for (int batch = 0; batch < batches; batch++) {
            MixPlan plan =
                    mixing(
                            config,
                            mixup.get(),
                            evaluation.height(),
                            evaluation.width(),
                            (long) epoch * full + batch);
            mixed.addAll(
                    AugmentationPreview.mixed(
                            changed.subList(batch * batchSize, (batch + 1) * batchSize), plan));
        }
        return mixed.subList(0, shown);
    }
}
