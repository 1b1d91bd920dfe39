// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.data.segment.LabelledBatch;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.data.segment.SegmentationLoader;
import io.github.swindjl.eval.SegmentationEvaluator;
import io.github.swindjl.eval.SegmentationResult;
import io.github.swindjl.eval.Shard;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.InferenceProtocol;
import io.github.swindjl.zoo.SegmentationModel;
import io.github.swindjl.zoo.image.PixelNormalizer;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Training to label the pixels of pictures, evaluated in float32 on whole pictures.
 *
 * <p>Passes over the data follow each other whatever an epoch is: each is shuffled anew, and what
 * does not fill its last batch is left out. The loss is the mean over all pixels, those without a
 * label included, as in mmsegmentation; the auxiliary head's is added with its weight.
 */
public final class SegmentationTask implements TrainingTask {

    private static final String MIOU = "val_miou";
    private static final String MACC = "val_macc";
    private static final String AACC = "val_aacc";

    private final TrainConfig config;
    private final SegmentationFolder.TrainVal data;
    private final PixelNormalizer normalizer;
    private final Kernel loss;
    private final SegmentationEvaluator evaluator;

    /**
     * Creates a task.
     *
     * @param model the model to train, evaluated as it is; stays the caller's
     * @param data what to train and evaluate on, of the model's classes
     * @param config what decides the run
     */
    public SegmentationTask(
            SegmentationModel model, SegmentationFolder.TrainVal data, TrainConfig config) {
        this.config = config;
        this.data = data;
        normalizer = new PixelNormalizer(model.description().mean(), model.description().std());
        loss =
                loss(
                        config.training().accumulate(),
                        config.segmentation().auxiliaryWeight(),
                        config.deterministic());
        evaluator =
                new SegmentationEvaluator(
                        model.segmenter(
                                InferenceProtocol.whole(model.description().box()),
                                Precision.FP32));
    }

    /** Returns (logits, auxiliary logits, labels, scale) → the share to differentiate, the loss. */
    static Kernel loss(int accumulate, double auxiliaryWeight, boolean deterministic) {
        return Kernel.of(
                SegmentationTask.class,
                "segmentation_loss.py",
                Map.of(
                        "share",
                        1.0 / accumulate,
                        "auxiliary",
                        auxiliaryWeight,
                        "deterministic",
                        deterministic));
    }

    @Override
    public long batchesPerEpoch() {
        return SegmentationPlaces.batchesPerEpoch(config, data.train().size());
    }

    @Override
    public Batches open(int epoch, long skip) {
        return batches(epoch * batchesPerEpoch() + skip, config.training().batchSize());
    }

    @Override
    public Batches trial(int batchSize) {
        return batches(0, batchSize);
    }

    private Batches batches(long first, int batchSize) {
        return new LoadedBatches(
                new SegmentationLoader(
                        data.train(),
                        new SegmentationPlaces(config, data.train().size(), first),
                        config.segmentation().augmentation(config.augmentation().flip()),
                        batchSize,
                        config.data().workers()));
    }

    private final class LoadedBatches implements Batches {

        private final SegmentationLoader loader;

        LoadedBatches(SegmentationLoader loader) {
            this.loader = loader;
        }

        @Override
        public Batch next(NDManager manager) throws IOException {
            LabelledBatch batch = loader.next();
            NDArray input =
                    normalizer.normalize(
                            manager, batch.pixels(), batch.size(), batch.height(), batch.width());
            BatchAugmenter.erase(input, batch.padding());
            NDArray labels =
                    Transfers.show(
                            manager,
                            batch.labels(),
                            new Shape(batch.size(), batch.height(), batch.width()));
            return new Batch(input, labels, batch.size());
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
        return loss.callAll(true, output.get(0), output.get(1), batch.target(), scale);
    }

    /** Batch normalisation needs two values, and the smallest pooled maps have one a picture. */
    @Override
    public int leastBatch() {
        return 2;
    }

    @Override
    public List<String> metrics() {
        return List.of(MIOU, MACC, AACC);
    }

    @Override
    public Map<String, Double> evaluate() throws IOException {
        SegmentationResult result =
                evaluator.run(data.val(), Shard.WHOLE, (index, truth, predicted) -> {});
        return Map.of(
                MIOU, result.meanIou(), MACC, result.meanAccuracy(), AACC, result.pixelAccuracy());
    }

    @Override
    public Double score(Map<String, Double> figures) {
        return figures.get(MIOU);
    }
}
