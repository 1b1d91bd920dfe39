// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.Formula;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Batches computed from their number, so that no file is needed. */
class FormulaTask implements TrainingTask {

    static final int CLASSES = 5;

    private final int batchSize;
    private final int batchesPerEpoch;
    private final SmoothedCrossEntropy loss;
    private final Supplier<Double> metric;

    FormulaTask(TrainConfig config, int batchesPerEpoch, Supplier<Double> metric) {
        batchSize = config.training().batchSize();
        this.batchesPerEpoch = batchesPerEpoch;
        this.metric = metric;
        loss =
                new SmoothedCrossEntropy(
                        config.training().labelSmoothing(), config.training().accumulate());
    }

    /** The pixels of a batch, numbered from 1 over the whole run; all samples have 3x32x32. */
    float[] pixels(long batch) {
        float[] values = Formula.values("batch" + batch, batchSize * 3 * 32 * 32);
        for (int i = 0; i < values.length; i++) {
            values[i] *= 2;
        }
        return values;
    }

    long[] labels(long batch) {
        long[] labels = new long[batchSize];
        for (int i = 0; i < batchSize; i++) {
            labels[i] = (3 * batch + 7 * i) % CLASSES;
        }
        return labels;
    }

    @Override
    public long batchesPerEpoch() {
        return batchesPerEpoch;
    }

    @Override
    public Batches open(int epoch, long skip) {
        return batches(epoch * batchesPerEpoch + skip + 1, batchSize);
    }

    @Override
    public Batches trial(int size) {
        return batches(1, size);
    }

    /** Batches of the first samples of each batch. */
    private Batches batches(long first, int size) {
        NDIndex part = new NDIndex(":" + size);
        return new Batches() {

            private long next = first;

            @Override
            public Batch next(NDManager manager) {
                admit(size);
                NDArray input = manager.create(pixels(next), new Shape(batchSize, 3, 32, 32));
                NDArray target = manager.create(labels(next));
                next++;
                return new Batch(input.get(part), target.get(part), size);
            }

            @Override
            public long waitNanos() {
                return 0;
            }

            @Override
            public void close() {}
        };
    }

    /** Is told how many samples come to the device. */
    void admit(int size) {}

    @Override
    public NDList loss(NDList output, Batch batch, NDArray scale) {
        return loss.of(output.singletonOrThrow(), batch.target(), scale);
    }

    @Override
    public List<String> metrics() {
        return List.of("val_top1");
    }

    @Override
    public Map<String, Double> evaluate() throws IOException {
        return Map.of("val_top1", metric.get());
    }

    @Override
    public Double score(Map<String, Double> figures) {
        return figures.get("val_top1");
    }
}
