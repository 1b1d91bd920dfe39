// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.zoo.SwinModel;

/** Forward passes for inference; a step ends when the logits have reached Java. */
final class InferenceWorkload implements Workload {

    private final SwinModel model;
    private final ParameterStore store;
    private final PairList<String, Object> options;
    private final NDArray pictures;

    InferenceWorkload(BenchCase what) {
        model = SwinModel.create(what.network(), what.device(), what.seed());
        try {
            store = new ParameterStore(model.manager(), false);
            options = ForwardOptions.of(what.precision());
            pictures = RandomInput.pictures(what, model.manager());
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    public void step() {
        try (NDArray logits =
                model.block()
                        .forward(store, new NDList(pictures), false, options)
                        .singletonOrThrow()) {
            Transfers.floats(logits);
        }
    }

    @Override
    public long parameters() {
        return Parameters.count(Parameters.of(model.block()));
    }

    @Override
    public void close() {
        model.close();
    }
}
