// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.data.EpochOrder;
import io.github.swindjl.data.ImageBatch;
import io.github.swindjl.data.ImageLoader;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.image.PixelNormalizer;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.stream.IntStream;

/**
 * Shows a classifier the pictures of a data set and counts what it gets right. Leaves no array
 * behind. Not thread-safe.
 */
public final class Evaluator {

    private static final int PREFETCH = 2;

    private final Block network;
    private final NDManager manager;
    private final Precision precision;
    private final Preprocessing preprocessing;

    /** Sees every sample as it is judged. */
    @FunctionalInterface
    public interface Observer {

        /**
         * Sees one sample.
         *
         * @param sample its index in the data set
         * @param outcome what the classifier said about it
         */
        void judged(int sample, Outcome outcome);
    }

    /**
     * Creates an evaluator.
     *
     * @param network initialised, (N, 3, height, width) → logits (N, classes); stays the caller's
     * @param manager manager on the network's device
     * @param precision precision of the heavy products
     * @param preprocessing what happens to a picture before the network sees it
     */
    public Evaluator(
            Block network, NDManager manager, Precision precision, Preprocessing preprocessing) {
        this.network = network;
        this.manager = manager;
        this.precision = precision;
        this.preprocessing = preprocessing;
    }

    /**
     * Evaluates.
     *
     * @param data the pictures, whose classes are the network's
     * @param shard the part of the pictures to look at
     * @param batchSize pictures per forward pass; changes nothing but speed and memory
     * @param workers threads that read pictures
     * @param observer sees every sample, on the calling thread
     * @return what was counted
     * @throws IOException if a picture cannot be read
     */
    public ClassificationResult run(
            PictureSource data, Shard shard, int batchSize, int workers, Observer observer)
            throws IOException {
        ClassificationMetrics metrics = new ClassificationMetrics(data.classes());
        int[] order =
                IntStream.of(EpochOrder.sequential(data.size())).filter(shard::contains).toArray();
        ImageLoader.Options options =
                new ImageLoader.Options(
                        batchSize,
                        preprocessing.height(),
                        preprocessing.width(),
                        workers,
                        PREFETCH,
                        false);
        PixelNormalizer normalizer = new PixelNormalizer(preprocessing.mean(), preprocessing.std());
        try (NDManager parameters = manager.newSubManager();
                ImageLoader loader =
                        new ImageLoader(
                                data,
                                order,
                                0,
                                (picture, random) -> preprocessing.apply(picture),
                                0,
                                options)) {
            ParameterStore store = new ParameterStore(parameters, false);
            while (loader.hasNext()) {
                try (ImageBatch batch = loader.next()) {
                    judge(batch, logits(batch, normalizer, store), metrics, observer);
                }
            }
        }
        return metrics.result();
    }

    private float[] logits(ImageBatch batch, PixelNormalizer normalizer, ParameterStore store) {
        try (NDManager temporary = manager.newSubManager()) {
            NDArray input =
                    normalizer.normalize(
                            temporary, batch.pixels(), batch.size(), batch.height(), batch.width());
            NDList output =
                    network.forward(store, new NDList(input), false, ForwardOptions.of(precision));
            output.attach(temporary);
            return output.singletonOrThrow().toFloatArray();
        }
    }

    private static void judge(
            ImageBatch batch, float[] logits, ClassificationMetrics metrics, Observer observer) {
        int classes = logits.length / batch.size();
        metrics.requireClasses(classes);
        for (int i = 0; i < batch.size(); i++) {
            Outcome outcome = Outcome.of(logits, i * classes, classes, batch.labels()[i]);
            metrics.add(outcome);
            observer.judged(batch.indices()[i], outcome);
        }
    }
}
