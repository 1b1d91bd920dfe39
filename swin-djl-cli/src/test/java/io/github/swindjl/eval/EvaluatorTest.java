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
import io.github.swindjl.kernels.Transfers;
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
        List<Judgement> judged = new ArrayList<>();
        Throughput speed =
                evaluator(network).judge(data, Evaluator.Options.of(5, 2), 0, judged::addAll);
        assertEquals(24, judged.size());
        assertEquals(24, speed.samples());
        assertTrue(speed.perSecond() > 0 && speed.waitShare() >= 0 && speed.waitShare() < 1);
        ParameterStore store = new ParameterStore(manager, false);
        Preprocessing preprocessing = Preprocessing.official(32, 32);
        for (int sample = 0; sample < data.size(); sample++) {
            assertEquals(sample, judged.get(sample).sample());
            float[] pixels = preprocessing.normalized(preprocessing.apply(data.read(sample)));
            NDArray input = manager.create(pixels, new Shape(1, 3, 32, 32));
            NDArray logits = network.forward(store, new NDList(input), false).get(0);
            Outcome expected = Outcome.of(logits.toFloatArray(), 0, 12, data.label(sample));
            Outcome found = judged.get(sample).outcome();
            assertEquals(found.predicted(), judged.get(sample).top().get(0).index());
            assertEquals(expected.label(), found.label());
            assertEquals(expected.predicted(), found.predicted());
            assertEquals(expected.loss(), found.loss(), 1e-5);
        }
    }

    @Test
    void shardsMergeToTheWhole() throws IOException {
        Evaluator evaluator = evaluator(network(12));
        ClassificationResult whole = evaluator.run(data, Evaluator.Options.of(1, 1));
        ClassificationResult merged = evaluator.run(data, part(1));
        for (int shard = 2; shard <= 3; shard++) {
            merged = merged.merge(evaluator.run(data, part(shard)));
        }
        assertEquals(whole, merged);
    }

    @Test
    void leavesNoArrays() throws IOException {
        Evaluator evaluator = evaluator(network(12));
        evaluator.run(data, Evaluator.Options.of(8, 1));
        int before = manager.getManagedArrays().size();
        evaluator.run(data, Evaluator.Options.of(8, 1));
        assertEquals(before, manager.getManagedArrays().size());
    }

    @Test
    void refusesOtherClasses() {
        Evaluator evaluator = evaluator(network(7));
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> evaluator.run(data, Evaluator.Options.of(8, 1)))
                        .getMessage();
        assertTrue(message.contains("7 outputs") && message.contains("12"), message);
    }

    @Test
    void anyBatchSizeGivesTheSamePredictions() throws IOException {
        Evaluator evaluator = evaluator(network(12));
        List<Judgement> one = new ArrayList<>();
        evaluator.judge(data, Evaluator.Options.of(1, 1), 0, one::addAll);
        for (int batchSize : new int[] {2, 5, 7, 24, 100}) {
            List<Integer> sizes = new ArrayList<>();
            List<Judgement> others = new ArrayList<>();
            evaluator.judge(
                    data,
                    Evaluator.Options.of(batchSize, 2),
                    0,
                    batch -> {
                        sizes.add(batch.size());
                        others.addAll(batch);
                    });
            int last = 24 % batchSize == 0 ? Math.min(24, batchSize) : 24 % batchSize;
            assertEquals(last, sizes.get(sizes.size() - 1));
            assertEquals(one.size(), others.size());
            for (int i = 0; i < one.size(); i++) {
                Judgement expected = one.get(i);
                Judgement found = others.get(i);
                assertEquals(expected.sample(), found.sample());
                assertEquals(expected.outcome().rank(), found.outcome().rank());
                assertEquals(indices(expected), indices(found));
                assertEquals(expected.outcome().loss(), found.outcome().loss(), 1e-5);
            }
        }
    }

    @Test
    void theRestOfAnEvaluationIsThatOfTheWhole() throws IOException {
        Evaluator evaluator = evaluator(network(12));
        List<Judgement> whole = new ArrayList<>();
        evaluator.judge(data, Evaluator.Options.of(5, 2), 0, whole::addAll);
        List<Judgement> rest = new ArrayList<>();
        evaluator.judge(data, Evaluator.Options.of(5, 2), 10, rest::addAll);
        assertEquals(whole.subList(10, 24), rest);
        List<Judgement> nothing = new ArrayList<>();
        Throughput speed = evaluator.judge(data, Evaluator.Options.of(5, 2), 24, nothing::addAll);
        assertEquals(List.of(), nothing);
        assertTrue(Double.isNaN(speed.perSecond()));
    }

    @Test
    void aSubsetOfOutputsIsAsIfThereWereNoOthers() throws IOException {
        Evaluator all = evaluator(network(20));
        int[] outputs = {3, 19, 0, 7, 8, 1, 2, 11, 12, 13, 14, 5};
        List<Judgement> judged = new ArrayList<>();
        all.judge(
                data,
                new Evaluator.Options(Shard.WHOLE, 24, 1, OutputSubset.of(outputs), null),
                0,
                judged::addAll);
        SwinClassifier network = network(20);
        ParameterStore store = new ParameterStore(manager, false);
        Preprocessing preprocessing = Preprocessing.official(32, 32);
        float[] pixels = preprocessing.normalized(preprocessing.apply(data.read(4)));
        NDArray input = manager.create(pixels, new Shape(1, 3, 32, 32));
        float[] logits = network.forward(store, new NDList(input), false).get(0).toFloatArray();
        float[] chosen = new float[12];
        for (int i = 0; i < 12; i++) {
            chosen[i] = logits[outputs[i]];
        }
        Outcome expected = Outcome.of(chosen, 0, 12, data.label(4));
        assertEquals(expected.predicted(), judged.get(4).outcome().predicted());
        assertEquals(expected.rank(), judged.get(4).outcome().rank());
        assertEquals(expected.probability(), judged.get(4).outcome().probability(), 1e-5);
        assertEquals(expected.loss(), judged.get(4).outcome().loss(), 1e-5);
    }

    @Test
    void severalRightClassesOrNone() throws IOException {
        Evaluator evaluator = evaluator(network(12));
        List<Judgement> own = new ArrayList<>();
        evaluator.judge(data, Evaluator.Options.of(6, 1), 0, own::addAll);
        Truth truth =
                sample ->
                        switch (sample % 3) {
                            case 0 -> new int[0];
                            case 1 -> new int[] {own.get(sample).outcome().predicted(), 0, 11};
                            default -> new int[] {data.label(sample)};
                        };
        List<Judgement> judged = new ArrayList<>();
        evaluator.judge(
                data,
                new Evaluator.Options(Shard.WHOLE, 6, 1, OutputSubset.ALL, truth),
                0,
                judged::addAll);
        assertEquals(16, judged.size());
        for (Judgement judgement : judged) {
            Outcome outcome = judgement.outcome();
            if (judgement.sample() % 3 == 1) {
                assertEquals(0, outcome.rank());
                assertEquals(outcome.predicted(), outcome.label());
            } else {
                assertEquals(data.label(judgement.sample()), outcome.label());
                assertEquals(own.get(judgement.sample()).outcome().rank(), outcome.rank());
            }
        }
    }

    @Test
    void countingWaitsForTheDeviceOnceAndShowingAsOftenAsAsked() throws IOException {
        SwinClassifier network = network(12);
        Evaluator seldom =
                new Evaluator(
                        network,
                        manager,
                        Precision.FP32,
                        Preprocessing.official(32, 32),
                        Long.MAX_VALUE);
        List<Judgement> late = new ArrayList<>();
        List<Judgement> early = new ArrayList<>();
        assertEquals(1, waits(() -> seldom.run(data, Evaluator.Options.of(5, 1))));
        assertEquals(
                1, waits(() -> seldom.judge(data, Evaluator.Options.of(5, 1), 0, late::addAll)));
        Evaluator always = evaluator(network);
        assertEquals(
                5, waits(() -> always.judge(data, Evaluator.Options.of(5, 1), 0, early::addAll)));
        assertEquals(early, late);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static long waits(Work work) throws IOException {
        long before = Transfers.waits();
        work.run();
        return Transfers.waits() - before;
    }

    private static Evaluator.Options part(int shard) {
        return new Evaluator.Options(new Shard(shard, 3), 1, 1, OutputSubset.ALL, null);
    }

    private static List<Integer> indices(Judgement judgement) {
        return judgement.top().stream().map(Ranking::index).toList();
    }
}
