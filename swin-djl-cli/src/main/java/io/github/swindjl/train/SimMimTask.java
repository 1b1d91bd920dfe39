// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.data.Augmentation;
import io.github.swindjl.data.ImageBatch;
import io.github.swindjl.data.ImageLoader;
import io.github.swindjl.data.TrainVal;
import io.github.swindjl.eval.MaskedPictures;
import io.github.swindjl.eval.Reconstruction;
import io.github.swindjl.eval.ReconstructionEvaluator;
import io.github.swindjl.simmim.ReconstructionLoss;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.SimMimModel;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Pre-training without labels: guessing the hidden parts of pictures, as SimMIM does. Evaluated in
 * float32 on pictures of which always the same parts are hidden.
 */
public final class SimMimTask implements TrainingTask {

    private static final String LOSS = "val_loss";

    /** The place of masks that no epoch has. */
    private static final int VALIDATION = -1;

    private final TrainConfig config;
    private final TrainVal data;
    private final Preprocessing preprocessing;
    private final Augmentation augmentation;
    private final MaskedPictures masked;
    private final ReconstructionLoss loss;
    private final ReconstructionEvaluator evaluator;

    /**
     * Creates a task.
     *
     * @param model the model to train, evaluated as it is; stays the caller's
     * @param data what to train and evaluate on; classes do not matter
     * @param config what decides the run
     * @throws ConfigException if pictures, cells to hide and patches do not divide each other
     */
    public SimMimTask(SimMimModel model, TrainVal data, TrainConfig config) {
        this.config = config;
        this.data = data;
        preprocessing = model.description().preprocessing();
        augmentation = PictureChanges.of(config.augmentation(), preprocessing);
        masked =
                new MaskedPictures(
                        preprocessing,
                        config.simmim().masks(model.description().config()),
                        config.simmim().target());
        loss =
                new ReconstructionLoss(
                        model.description().config().patchSize(), config.training().accumulate());
        evaluator =
                new ReconstructionEvaluator(
                        model.block(),
                        model.manager(),
                        masked,
                        RandomPurpose.MASKS.seed(config.seed(), VALIDATION));
    }

    @Override
    public long batchesPerEpoch() {
        return data.train().size() / config.training().batchSize();
    }

    @Override
    public Batches open(int epoch, long skip) {
        int batchSize = config.training().batchSize();
        return batches(epoch, skip * batchSize, batchSize);
    }

    @Override
    public Batches trial(int batchSize) {
        return batches(0, 0, batchSize);
    }

    /** The batches of an epoch from a picture on. */
    private Batches batches(int epoch, long skip, int batchSize) {
        ImageLoader loader =
                PictureChanges.loader(
                        config, data.train(), preprocessing, augmentation, epoch, skip, batchSize);
        long seed = RandomPurpose.MASKS.seed(config.seed(), epoch);
        return new Batches() {

            @Override
            public Batch next(NDManager manager) throws IOException {
                try (ImageBatch batch = loader.next()) {
                    MaskedPictures.Batch seen = masked.of(manager, batch, seed);
                    return new Batch(seen.inputs(), seen.target(), batch.size());
                }
            }

            @Override
            public long waitNanos() {
                return loader.waitNanos();
            }

            @Override
            public void close() {
                loader.close();
            }
        };
    }

    @Override
    public NDList loss(NDList output, Batch batch, NDArray scale) {
        return loss.of(output.singletonOrThrow(), batch.target(), batch.inputs().get(1), scale);
    }

    @Override
    public List<String> metrics() {
        return List.of(LOSS);
    }

    @Override
    public Map<String, Double> evaluate() throws IOException {
        return Map.of(LOSS, evaluate(index -> false, shown -> {}));
    }

    /**
     * Evaluates the network as it is, and draws what it makes of some pictures.
     *
     * @param shown which pictures to draw, by their index among those to validate on
     * @param consumer takes the drawn ones
     * @return the mean absolute difference over hidden pixels
     * @throws IOException if a picture cannot be used
     */
    public double evaluate(IntPredicate shown, Consumer<Reconstruction> consumer)
            throws IOException {
        return evaluator.run(
                data.val(),
                config.evaluation().batchSize(),
                config.data().workers(),
                shown,
                consumer);
    }

    @Override
    public Double score(Map<String, Double> figures) {
        Double found = figures.get(LOSS);
        return found == null ? null : Double.valueOf(-found);
    }
}
