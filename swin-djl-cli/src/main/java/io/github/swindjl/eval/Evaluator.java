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
 *
 * <p>Samples are judged on the device. A GPU is not waited for after each batch, but once in a
 * second where somebody wants to see each sample, and at the end where only counts are wanted.
 */
public final class Evaluator {

    private static final int PREFETCH = 2;

    /** Samples that may wait to be read: a few megabytes. */
    private static final int MOST_UNREAD = 1 << 16;

    private static final long GPU_INTERVAL = 1_000_000_000;

    private final Block network;
    private final NDManager manager;
    private final Precision precision;
    private final Preprocessing preprocessing;
    private final long interval;

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
        this(
                network,
                manager,
                precision,
                preprocessing,
                manager.getDevice().isGpu() ? GPU_INTERVAL : 0);
    }

    /**
     * Creates an evaluator.
     *
     * @param interval nanoseconds from one look at the device to the next, while samples are shown
     */
    Evaluator(
            Block network,
            NDManager manager,
            Precision precision,
            Preprocessing preprocessing,
            long interval) {
        this.interval = interval;
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
                0,
                Long.MAX_VALUE,
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
     * @param observer sees every sample, on the calling thread, batch by batch
     * @return how fast it was
     * @throws IOException if a picture cannot be read, or from the observer
     */
    public Throughput judge(PictureSource data, Options options, int start, Observer observer)
            throws IOException {
        return judge(data, options, start, Judgement.TOP, interval, observer);
    }

    private Throughput judge(
            PictureSource data,
            Options options,
            int start,
            int top,
            long interval,
            Observer observer)
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
        try (NDManager owner = manager.newSubManager();
                ImageLoader loader =
                        new ImageLoader(
                                data, order, start, new Fitting(preprocessing), 0, loading)) {
            ParameterStore store = new ParameterStore(owner, false);
            Unread unread =
                    new Unread(
                            new Judge(owner, options.outputs(), data.classes().size(), top),
                            observer);
            long lastRead = begin;
            while (loader.hasNext()) {
                try (ImageBatch batch = loader.next();
                        NDArray logits = logits(batch, normalizer, store)) {
                    if (firstWait < 0) {
                        firstWait = loader.waitNanos();
                    }
                    unread.add(logits, batch.indices(), right(batch, options.truth()));
                }
                long now = System.nanoTime();
                if (now - lastRead >= interval || unread.samples >= MOST_UNREAD) {
                    unread.read();
                    lastRead = now;
                }
            }
            unread.read();
            return new Throughput(
                    order.length - start,
                    System.nanoTime() - begin,
                    loader.waitNanos() - Math.max(0, firstWait));
        }
    }

    private NDArray logits(ImageBatch batch, PixelNormalizer normalizer, ParameterStore store) {
        try (NDManager temporary = manager.newSubManager()) {
            NDArray input =
                    normalizer.normalize(
                            temporary, batch.pixels(), batch.size(), batch.height(), batch.width());
            NDArray logits =
                    network.forward(store, new NDList(input), false, ForwardOptions.of(precision))
                            .singletonOrThrow();
            logits.attach(manager);
            return logits;
        }
    }

    private static int[][] right(ImageBatch batch, Truth truth) {
        int[][] right = new int[batch.size()][];
        for (int i = 0; i < right.length; i++) {
            right[i] = truth == null ? new int[] {batch.labels()[i]} : truth.of(batch.indices()[i]);
        }
        return right;
    }

    /** Batches that are judged, or being judged, on the device. */
    private static final class Unread {

        private final Judge judge;
        private final Observer observer;
        private final List<NDArray> judged = new ArrayList<>();
        private final List<int[]> batches = new ArrayList<>();
        private int samples;

        Unread(Judge judge, Observer observer) {
            this.judge = judge;
            this.observer = observer;
        }

        void add(NDArray logits, int[] indices, int[][] right) {
            judged.add(judge.judge(logits, right));
            batches.add(indices);
            samples += indices.length;
        }

        /** Shows all of them to the observer. Waits for the device, once. */
        void read() throws IOException {
            if (judged.isEmpty()) {
                return;
            }
            double[] values = Transfers.doubles(judged);
            judged.forEach(NDArray::close);
            int from = 0;
            for (int[] batch : batches) {
                List<Judgement> judgements = new ArrayList<>(batch.length);
                for (int sample : batch) {
                    judgements.add(judge.read(values, from, sample));
                    from += judge.columns();
                }
                observer.judged(judgements);
            }
            judged.clear();
            batches.clear();
            samples = 0;
        }
    }
}
