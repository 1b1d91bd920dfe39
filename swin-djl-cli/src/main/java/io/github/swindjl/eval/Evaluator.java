// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.data.EpochOrder;
import io.github.swindjl.data.Fitting;
import io.github.swindjl.data.ImageBatch;
import io.github.swindjl.data.ImageLoader;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.zoo.image.PixelNormalizer;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

    /** Sees samples as they are judged. */
    @FunctionalInterface
    public interface Observer {

        /**
         * Sees one batch.
         *
         * @param batch what was said about its samples, in their order
         * @throws IOException if what it does with them fails; that ends the evaluation
         */
        void judged(List<Judgement> batch) throws IOException;
    }

    /**
     * What to judge, and how.
     *
     * @param shard the part of the samples to look at
     * @param batchSize pictures per forward pass; changes nothing but speed and memory
     * @param workers threads that read pictures
     * @param outputs the network's outputs for the data's classes
     * @param truth the right classes of each sample; null for the data's own
     */
    public record Options(
            Shard shard, int batchSize, int workers, OutputSubset outputs, Truth truth) {

        /**
         * Judges all samples among all outputs, against the data's own classes.
         *
         * @param batchSize pictures per forward pass
         * @param workers threads that read pictures
         * @return the options
         */
        public static Options of(int batchSize, int workers) {
            return new Options(Shard.WHOLE, batchSize, workers, OutputSubset.ALL, null);
        }

        /**
         * Lists the samples that are judged.
         *
         * @param size number of samples in the data set
         * @return their indices, in the order in which they are judged
         */
        public int[] samples(int size) {
            return IntStream.of(EpochOrder.sequential(size))
                    .filter(shard::contains)
                    .filter(sample -> truth == null || truth.of(sample).length > 0)
                    .toArray();
        }
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
     * @param data the pictures
     * @param options what to judge, and how
     * @return what was counted
     * @throws IOException if a picture cannot be read
     */
    public ClassificationResult run(PictureSource data, Options options) throws IOException {
        ClassificationMetrics metrics = new ClassificationMetrics(data.classes());
        judge(
                data,
                options,
                0,
                batch -> batch.forEach(judgement -> metrics.add(judgement.outcome())));
        return metrics.result();
    }

    /**
     * Judges samples, and leaves the counting to the observer.
     *
     * @param data the pictures
     * @param options what to judge, and how
     * @param start how many of the {@linkplain Options#samples samples} to leave out, for the rest
     *     of an interrupted evaluation; a multiple of the batch size gives the very batches that
     *     the whole would have given
     * @param observer sees every sample, on the calling thread
     * @return how fast it was
     * @throws IOException if a picture cannot be read, or from the observer
     */
    public Throughput judge(PictureSource data, Options options, int start, Observer observer)
            throws IOException {
        int[] order = options.samples(data.size());
        ImageLoader.Options loading =
                new ImageLoader.Options(
                        options.batchSize(),
                        preprocessing.height(),
                        preprocessing.width(),
                        options.workers(),
                        PREFETCH,
                        false);
        PixelNormalizer normalizer = new PixelNormalizer(preprocessing.mean(), preprocessing.std());
        long begin = System.nanoTime();
        long firstWait = -1;
        try (NDManager parameters = manager.newSubManager();
                ImageLoader loader =
                        new ImageLoader(
                                data, order, start, new Fitting(preprocessing), 0, loading)) {
            ParameterStore store = new ParameterStore(parameters, false);
            InFlight former = null;
            while (loader.hasNext()) {
                try (ImageBatch batch = loader.next()) {
                    if (firstWait < 0) {
                        firstWait = loader.waitNanos();
                    }
                    InFlight next = begin(batch, normalizer, store, parameters);
                    finish(former, options, data.classes().size(), observer);
                    former = next;
                }
            }
            finish(former, options, data.classes().size(), observer);
            return new Throughput(
                    order.length - start,
                    System.nanoTime() - begin,
                    loader.waitNanos() - Math.max(0, firstWait));
        }
    }

    /** A batch of which the network's answer is under way. */
    private record InFlight(NDArray logits, int[] indices, int[] labels) {}

    private InFlight begin(
            ImageBatch batch,
            PixelNormalizer normalizer,
            ParameterStore store,
            NDManager resultOwner) {
        try (NDManager temporary = manager.newSubManager()) {
            NDArray input =
                    normalizer.normalize(
                            temporary, batch.pixels(), batch.size(), batch.height(), batch.width());
            NDArray logits =
                    network.forward(store, new NDList(input), false, ForwardOptions.of(precision))
                            .singletonOrThrow();
            logits.attach(resultOwner);
            return new InFlight(logits, batch.indices(), batch.labels());
        }
    }

    /** Judges a batch, if there is one, while the device computes the next. */
    private static void finish(InFlight batch, Options options, int expected, Observer observer)
            throws IOException {
        if (batch == null) {
            return;
        }
        float[] all = Transfers.floats(batch.logits);
        batch.logits.close();
        observer.judged(judge(batch, all, options, expected));
    }

    private static List<Judgement> judge(
            InFlight batch, float[] all, Options options, int expected) {
        int size = batch.labels.length;
        float[] logits = options.outputs().select(all, size);
        int classes = logits.length / size;
        ClassificationMetrics.requireClasses(classes, expected);
        List<Judgement> judged = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int sample = batch.indices[i];
            int from = i * classes;
            Outcome outcome =
                    options.truth() == null
                            ? Outcome.of(logits, from, classes, batch.labels[i])
                            : Outcome.ofAny(logits, from, classes, options.truth().of(sample));
            judged.add(
                    new Judgement(
                            sample, outcome, Ranking.top(logits, from, classes, Judgement.TOP)));
        }
        return judged;
    }
}
