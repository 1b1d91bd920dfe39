// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.swindjl.Formula;
import io.github.swindjl.OneThread;
import io.github.swindjl.kernels.EngineInfo;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The blocks are ordinary DJL blocks. */
@ExtendWith(OneThread.class)
class DjlCompatibilityTest {

    private static final Loss LOSS = Loss.softmaxCrossEntropyLoss();

    private static SwinClassifier network(int version) {
        SwinClassifier network =
                new SwinClassifier(
                        Networks.small(version).optDropPath(0.1).build(), Networks.CLASSES);
        Initializers.seed(network, 4);
        return network;
    }

    private static Model model(SwinClassifier network) {
        Model model = Model.newInstance("swin", Device.cpu(), EngineInfo.ENGINE);
        model.setBlock(network);
        return model;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void trainsUnderTheStockTrainer(int version) throws Exception {
        try (Model model = model(network(version));
                NDManager data = NDManager.newBaseManager()) {
            int samples = 10;
            NDArray images = Formula.input(data, new Shape(samples, 3, 32, 32));
            float[] labels = new float[samples];
            for (int i = 0; i < samples; i++) {
                labels[i] = i % Networks.CLASSES;
            }
            ArrayDataset dataset =
                    new ArrayDataset.Builder()
                            .setData(images)
                            .optLabels(data.create(labels, new Shape(samples, 1)))
                            .setSampling(5, false)
                            .build();
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(LOSS)
                            .optDevices(new Device[] {Device.cpu()})
                            .optOptimizer(
                                    Optimizer.adamW()
                                            .optLearningRateTracker(Tracker.fixed(5e-3f))
                                            .build());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 3, 32, 32));
                float before = loss(model, images, data.create(labels, new Shape(samples, 1)));
                for (int epoch = 0; epoch < 15; epoch++) {
                    for (Batch batch : trainer.iterateDataset(dataset)) {
                        EasyTrain.trainBatch(trainer, batch);
                        trainer.step();
                        batch.close();
                    }
                }
                float after = loss(model, images, data.create(labels, new Shape(samples, 1)));
                assertTrue(
                        after < before / 2, "the loss went from " + before + " to only " + after);
            }
        }
    }

    private static float loss(Model model, NDArray images, NDArray labels) {
        NDList logits = new NDList(logits(model, images));
        return LOSS.evaluate(new NDList(labels), logits).getFloat();
    }

    private static NDArray logits(Model model, NDArray images) {
        ParameterStore store = new ParameterStore(images.getManager(), false);
        return model.getBlock().forward(store, new NDList(images), false, null).singletonOrThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void savesAndLoadsItsOwnFormat(int version, @TempDir Path folder) throws Exception {
        try (Model saved = model(network(version));
                Model loaded = model(network(version));
                NDManager data = NDManager.newBaseManager()) {
            Formula.fill(saved.getBlock());
            saved.getBlock()
                    .initialize(saved.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 32, 32));
            saved.save(folder, "swin");
            loaded.load(folder, "swin");
            NDArray images = Formula.input(data, new Shape(2, 3, 32, 32));
            assertArrayEquals(
                    logits(saved, images).toFloatArray(), logits(loaded, images).toFloatArray());
        }
    }
}
