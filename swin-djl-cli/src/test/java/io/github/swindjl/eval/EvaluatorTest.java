// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.swindjl.Formula;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {

    private static final Evaluator.Observer NOBODY = (sample, outcome) -> {};

    @TempDir static Path folder;

    private NDManager manager;
    private PictureSource data;

    @BeforeEach
    void open() throws IOException {
        manager = NDManager.newBaseManager();
        Path set = folder.resolve("set");
        SampleSet.create(set, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 1, 2, 3));
        data = PictureSets.open(set, PictureSource.VAL);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private SwinClassifier network(int classes) {
        SwinConfig config =
                SwinConfig.v2()
                        .optImageSize(32, 32)
                        .optWidth(8)
                        .optStages(List.of(1, 1), List.of(2, 4))
                        .optWindow(4)
                        .optReferenceWindows(List.of(0, 0))
                        .build();
        SwinClassifier network = new SwinClassifier(config, classes);
        Formula.fill(network);
        network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
        return network;
    }

    private Evaluator evaluator(SwinClassifier network) {
        return new Evaluator(network, manager, Precision.FP32, Preprocessing.official(32, 32));
    }

    @Test
    void countsWhatTheNetworkSays() throws IOException {
        SwinClassifier network = network(12);
        List<Integer> samples = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        ClassificationResult result =
                evaluator(network)
                        .run(
                                data,
                                Shard.WHOLE,
                                5,
                                2,
                                (sample, outcome) -> {
                                    samples.add(sample);
                                    outcomes.add(outcome);
                                });
        assertEquals(24, result.count());
        assertEquals(24, samples.size());
        ParameterStore store = new ParameterStore(manager, false);
        Preprocessing preprocessing = Preprocessing.official(32, 32);
        for (int sample = 0; sample < data.size(); sample++) {
            assertEquals(sample, samples.get(sample));
            float[] pixels = preprocessing.normalized(preprocessing.apply(data.read(sample)));
            NDArray input = manager.create(pixels, new Shape(1, 3, 32, 32));
            NDArray logits = network.forward(store, new NDList(input), false).get(0);
            Outcome expected = Outcome.of(logits.toFloatArray(), 0, 12, data.label(sample));
            Outcome found = outcomes.get(sample);
            assertEquals(expected.label(), found.label());
            assertEquals(expected.predicted(), found.predicted());
            assertEquals(expected.loss(), found.loss(), 1e-5);
        }
    }

    @Test
    void shardsMergeToTheWhole() throws IOException {
        Evaluator evaluator = evaluator(network(12));
        ClassificationResult whole = evaluator.run(data, Shard.WHOLE, 1, 1, NOBODY);
        ClassificationResult merged = evaluator.run(data, new Shard(1, 3), 1, 1, NOBODY);
        for (int shard = 2; shard <= 3; shard++) {
            merged = merged.merge(evaluator.run(data, new Shard(shard, 3), 1, 1, NOBODY));
        }
        assertEquals(whole, merged);
    }

    @Test
    void leavesNoArrays() throws IOException {
        Evaluator evaluator = evaluator(network(12));
        evaluator.run(data, Shard.WHOLE, 8, 1, NOBODY);
        int before = manager.getManagedArrays().size();
        evaluator.run(data, Shard.WHOLE, 8, 1, NOBODY);
        assertEquals(before, manager.getManagedArrays().size());
    }

    @Test
    void refusesOtherClasses() {
        Evaluator evaluator = evaluator(network(7));
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> evaluator.run(data, Shard.WHOLE, 8, 1, NOBODY))
                        .getMessage();
        assertTrue(message.contains("7 outputs") && message.contains("12"), message);
    }
}
