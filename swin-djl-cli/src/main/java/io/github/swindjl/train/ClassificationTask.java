// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.EpochOrder;
import io.github.swindjl.data.ImageBatch;
import io.github.swindjl.data.ImageLoader;
import io.github.swindjl.data.MixPlan;
import io.github.swindjl.data.Mixup;
import io.github.swindjl.data.TrainVal;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.Evaluator;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.image.PixelNormalizer;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Training to classify the pictures of class folders, evaluated in float32. */
public final class ClassificationTask implements TrainingTask {

    private static final String LOSS = "val_loss";
    private static final String TOP1 = "val_top1";
    private static final String TOP5 = "val_top5";

    private final TrainConfig config;
    private final TrainVal data;
    private final Preprocessing preprocessing;
    private final Augmentation augmentation;
    private final PixelNormalizer normalizer;
    private final SmoothedCrossEntropy loss;
    private final Evaluator evaluator;

    /**
     * Creates a task.
     *
     * @param network the network, to evaluate it; stays the caller's
     * @param manager manager on the network's device
     * @param data what to train and evaluate on, of the network's classes
     * @param preprocessing what happens to a picture in evaluation; its size and normalisation hold
     *     for training too
     * @param config what decides the run
     * @throws IllegalArgumentException if random crops, which are square, are asked for and the
     *     network's input is not
     */
    public ClassificationTask(
            Block network,
            NDManager manager,
            TrainVal data,
            Preprocessing preprocessing,
            TrainConfig config) {
        this.config = config;
        this.data = data;
        this.preprocessing = preprocessing;
        augmentation = PictureChanges.of(config.augmentation(), preprocessing);
        normalizer = new PixelNormalizer(preprocessing.mean(), preprocessing.std());
        loss =
                new SmoothedCrossEntropy(
                        config.training().labelSmoothing(), config.training().accumulate());
        evaluator = new Evaluator(network, manager, Precision.FP32, preprocessing);
    }

    @Override
    public long batchesPerEpoch() {
        return EpochOrder.length(data.train().size(), config.augmentation().repeats())
                / config.training().batchSize();
    }

    @Override
    public Batches open(int epoch, long skip) {
        int batchSize = config.training().batchSize();
        return new LoadedBatches(
                loader(epoch, skip * batchSize, batchSize), epoch * batchesPerEpoch() + skip);
    }

    @Override
    public Batches trial(int batchSize) {
        return new LoadedBatches(loader(0, 0, batchSize), 0);
    }

    private ImageLoader loader(int epoch, long skip, int batchSize) {
        return PictureChanges.loader(
                config, data.train(), preprocessing, augmentation, epoch, skip, batchSize);
    }

    private final class LoadedBatches implements Batches {

        private final ImageLoader loader;
        private final Optional<Mixup> mixing = config.augmentation().mixing().augmentation();
        private long next;

        /** Begins with the batch of a number, counted from the start of the run. */
        LoadedBatches(ImageLoader loader, long first) {
            this.loader = loader;
            next = first;
        }

        @Override
        public Batch next(NDManager manager) throws IOException {
            try (ImageBatch batch = loader.next()) {
                NDArray input =
                        normalizer.normalize(
                                manager,
                                batch.pixels(),
                                batch.size(),
                                batch.height(),
                                batch.width());
                BatchAugmenter.erase(input, batch.erasures());
                NDArray labels = sent(manager, batch.labels());
                long number = next++;
                return mixing.isEmpty()
                        ? new Batch(input, labels, batch.size())
                        : mixed(batch, mixing.get(), number, input, labels);
            }
        }

        private Batch mixed(
                ImageBatch batch, Mixup mixup, long number, NDArray input, NDArray labels) {
            MixPlan plan =
                    mixup.draw(
                            batch.size(),
                            batch.height(),
                            batch.width(),
                            RandomPurpose.MIXING.seed(config.seed(), number));
            NDManager manager = input.getManager();
            NDArray target =
                    loss.mixedTargets(
                            labels,
                            sent(manager, plan.partnerLabels(batch.labels())),
                            Transfers.send(manager, plan.lambdas(), new Shape(batch.size())),
                            data.train().classes().size());
            return new Batch(BatchAugmenter.mix(input, plan), target, batch.size());
        }

        private static NDArray sent(NDManager manager, int[] labels) {
            long[] wide = Arrays.stream(labels).asLongStream().toArray();
            return Transfers.send(manager, wide, new Shape(wide.length));
        }

        @Override
        public long waitNanos() {
            return loader.waitNanos();
        }

        @Override
        public void close() {
            loader.close();
        }
    }

    @Override
    public NDList loss(NDList output, Batch batch, NDArray scale) {
        return loss.of(output.singletonOrThrow(), batch.target(), scale);
    }

    @Override
    public List<String> metrics() {
        return List.of(LOSS, TOP1, TOP5);
    }

    @Override
    public Map<String, Double> evaluate() throws IOException {
        ClassificationResult result =
                evaluator.run(
                        data.val(),
                        Evaluator.Options.of(
                                config.evaluation().batchSize(), config.data().workers()));
        return Map.of(LOSS, result.loss(), TOP1, result.top1(), TOP5, result.top5());
    }

    @Override
    public Double score(Map<String, Double> figures) {
        return figures.get(TOP1);
    }
}
