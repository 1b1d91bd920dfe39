// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.Recomputation;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.train.RandomPurpose;
import io.github.swindjl.train.SmoothedCrossEntropy;
import io.github.swindjl.train.UpdateStep;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.SwinModel;
import java.util.Map;

/**
 * Updates as the training loop makes them, always on the same batch; a step ends when the norm of
 * the gradients has reached Java.
 */
final class TrainingWorkload implements Workload {

    private static final double LABEL_SMOOTHING = 0.1;
    private static final double RATE = 1e-4;

    private final BenchCase what;
    private final SwinModel model;
    private final NDManager manager;
    private final ParameterStore store;
    private final Map<String, NDArray> parameters;
    private final UpdateStep optimizer;
    private final SmoothedCrossEntropy loss;
    private final NDArray pictures;
    private final NDArray labels;
    private long steps;

    TrainingWorkload(BenchCase what) {
        this.what = what;
        model = SwinModel.create(what.network(), what.device(), what.seed());
        try {
            manager = model.manager();
            store = new ParameterStore(manager, false);
            parameters = Parameters.of(model.block());
            optimizer =
                    UpdateStep.ofAll(
                            parameters,
                            TrainConfig.defaults().optimizer(),
                            what.precision() == Precision.FP16,
                            what.seed());
            loss = new SmoothedCrossEntropy(LABEL_SMOOTHING, 1);
            pictures = RandomInput.pictures(what, manager);
            labels = RandomInput.labels(what, manager);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    public void step() {
        long dropSeed = RandomPurpose.DROP_PATH.seed(what.seed(), steps++);
        try (NDManager temporary = manager.newSubManager();
                Autograd.Mode recording = Autograd.record()) {
            backward(dropSeed);
            Transfers.floats(optimizer.update(group -> RATE, steps, temporary));
        }
    }

    /** Adds the gradients of the batch; all arrays that it makes die here. */
    private void backward(long dropSeed) {
        try (NDManager temporary = manager.newSubManager();
                Recomputation recomputation = what.memory().begin()) {
            PairList<String, Object> options =
                    ForwardOptions.of(what.precision(), dropSeed, recomputation);
            if (what.deterministic()) {
                ForwardOptions.deterministic(options);
            }
            NDList output = model.block().forward(store, new NDList(pictures), true, options);
            output.attach(temporary);
            NDList losses = loss.of(output.singletonOrThrow(), labels, optimizer.lossScale());
            losses.attach(temporary);
            recomputation.backward(losses.get(0));
        }
    }

    /** Returns the present values of a parameter. */
    float[] value(String name) {
        return Transfers.floats(parameters.get(name));
    }

    @Override
    public long parameters() {
        return Parameters.count(parameters);
    }

    @Override
    public void close() {
        optimizer.close();
        model.close();
    }
}
