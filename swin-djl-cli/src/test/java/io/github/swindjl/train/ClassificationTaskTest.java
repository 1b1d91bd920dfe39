// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.data.MixPlan;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.data.TrainVal;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.report.HistoryRow;
import io.github.swindjl.train.config.CheckpointConfig;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop on real files: 48 training pictures of 12 classes, drawn for the test. */
class ClassificationTaskTest {

    private static final TrainConfig CONFIG =
            TrainConfig.defaults()
                    .with(
                            List.of(
                                    "training.epochs=2",
                                    "training.batch_size=10",
                                    "training.drop_path=0.2",
                                    "augmentation.crop=random_resized",
                                    "optimizer.reference_batch=10",
                                    "schedule.warmup_epochs=0",
                                    "evaluation.batch_size=7",
                                    "data.workers=3",
                                    "precision=fp32",
                                    "seed=4"));

    @TempDir static Path shared;
    @TempDir Path folder;

    private NDManager manager;
    private TrainVal data;

    @BeforeEach
    void open() throws IOException {
        manager = NDManager.newBaseManager();
        Path set = shared.resolve("set");
        SampleSet.create(set, new SampleSet.Options(SampleSet.Layout.IMAGENET, 40, 4, 2, 3));
        data = PictureSets.openTrainAndVal(set);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private SwinClassifier network() {
        SwinConfig config =
                SwinConfig.v2()
                        .optImageSize(32, 32)
                        .optWidth(8)
                        .optStages(List.of(1, 1), List.of(2, 4))
                        .optWindow(4)
                        .optReferenceWindows(List.of(0, 0))
                        .optDropPath(CONFIG.training().dropPath())
                        .build();
        SwinClassifier network = new SwinClassifier(config, data.train().classes().size());
        Initializers.seed(network, RandomPurpose.PARAMETERS.seed(CONFIG.seed(), 0));
        network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
        return network;
    }

    private ClassificationTask task(SwinClassifier network, TrainConfig config) {
        return new ClassificationTask(
                network, manager, data, Preprocessing.official(32, 32), config);
    }

    private List<float[]> epoch(TrainConfig config, int epoch, long skip) throws IOException {
        ClassificationTask task = task(network(), config);
        List<float[]> batches = new ArrayList<>();
        try (NDManager temporary = manager.newSubManager();
                TrainingTask.Batches source = task.open(epoch, skip)) {
            for (long i = skip; i < task.batchesPerEpoch(); i++) {
                TrainingTask.Batch batch = source.next(temporary);
                assertEquals(10, batch.size());
                assertEquals(new Shape(10, 3, 32, 32), batch.inputs().head().getShape());
                assertEquals(new Shape(10), batch.target().getShape());
                batches.add(batch.inputs().head().toFloatArray());
            }
        }
        return batches;
    }

    private static boolean same(List<float[]> a, List<float[]> b) {
        return a.size() == b.size() && Arrays.deepEquals(a.toArray(), b.toArray());
    }

    @Test
    void batchesDependOnSeedAndEpochOnly() throws IOException {
        List<float[]> first = epoch(CONFIG, 0, 0);
        assertEquals(4, first.size());
        assertTrue(same(first, epoch(CONFIG.with("data.workers", "1"), 0, 0)));
        assertTrue(same(first.subList(3, 4), epoch(CONFIG, 0, 3)));
        assertFalse(same(first, epoch(CONFIG, 1, 0)));
        assertFalse(same(first, epoch(CONFIG.with("seed", "5"), 0, 0)));
    }

    @Test
    void everyAugmentationSettingMatters() throws IOException {
        List<List<float[]>> seen = new ArrayList<>();
        for (List<String> settings :
                List.of(
                        List.of("augmentation.flip=0"),
                        List.of("augmentation.flip=1"),
                        List.of("augmentation.flip=0", "augmentation.area=[0.9, 1]"),
                        List.of("augmentation.flip=0", "augmentation.aspect=[1, 1]"),
                        List.of("augmentation.flip=0", "augmentation.crop=none"),
                        List.of("augmentation.flip=0", "augmentation.crop=padded"),
                        List.of(
                                "augmentation.flip=0",
                                "augmentation.crop=padded",
                                "augmentation.padding=9"),
                        List.of("augmentation.flip=0", "augmentation.interpolation=bilinear"),
                        List.of("augmentation.flip=0", "augmentation.interpolation=random"),
                        List.of("augmentation.flip=0", "augmentation.policy=trivial"),
                        List.of("augmentation.flip=0", "augmentation.policy=rand-m9-inc1"),
                        List.of(
                                "augmentation.flip=0",
                                "augmentation.color_jitter=[0.4, 0.4, 0.4, 0]"),
                        List.of("augmentation.flip=0", "augmentation.erasing.probability=0.5"),
                        List.of(
                                "augmentation.flip=0",
                                "augmentation.erasing.probability=0.5",
                                "augmentation.erasing.mode=rand"),
                        List.of("augmentation.flip=0", "augmentation.repeats=2"))) {
            List<float[]> batches = epoch(CONFIG.with(settings), 0, 0);
            for (List<float[]> other : seen) {
                assertFalse(same(other, batches), settings.toString());
            }
            seen.add(batches);
        }
    }

    @Test
    void mixedBatchesHaveSoftTargets() throws IOException {
        TrainConfig mixing =
                CONFIG.with(
                        List.of(
                                "augmentation.mixing.mixup=0.8",
                                "augmentation.mixing.cutmix=1",
                                "training.label_smoothing=0.1"));
        ClassificationTask plain = task(network(), CONFIG);
        ClassificationTask mixed = task(network(), mixing);
        int classes = data.train().classes().size();
        try (NDManager temporary = manager.newSubManager();
                TrainingTask.Batches batches = plain.open(1, 2);
                TrainingTask.Batches others = mixed.open(1, 2)) {
            TrainingTask.Batch own = batches.next(temporary);
            TrainingTask.Batch found = others.next(temporary);
            MixPlan plan =
                    mixing.augmentation()
                            .mixing()
                            .augmentation()
                            .orElseThrow()
                            .draw(10, 32, 32, RandomPurpose.MIXING.seed(CONFIG.seed(), 4 + 2));
            assertFalse(plan.isNone());
            long[] labels = own.target().toLongArray();
            assertArrayEquals(
                    BatchAugmenter.mix(own.inputs().head(), plan).toFloatArray(),
                    found.inputs().head().toFloatArray());
            assertEquals(new Shape(10, classes), found.target().getShape());
            float[] targets = found.target().toFloatArray();
            for (int i = 0; i < 10; i++) {
                for (int k = 0; k < classes; k++) {
                    double lambda = plan.lambdas()[i];
                    double expected =
                            0.1 / classes
                                    + (k == labels[i] ? 0.9 * lambda : 0)
                                    + (k == labels[9 - i] ? 0.9 * (1 - lambda) : 0);
                    assertEquals(expected, targets[i * classes + k], 1e-6);
                }
            }
        }
    }

    @Test
    void trainsStopsAndResumesOnFiles() throws IOException {
        SwinClassifier whole = network();
        RunDirectory one = RunDirectory.create(folder.resolve("one"), CONFIG, Map.of());
        try (Trainer trainer =
                new Trainer(
                        new TrainingSetup(
                                CONFIG,
                                whole,
                                "{}",
                                task(whole, CONFIG),
                                one,
                                TrainingListener.NONE))) {
            trainer.run();
        }
        List<HistoryRow> rows = HistoryRow.of(one.history().rows());
        assertEquals(List.of(4L, 8L), rows.stream().map(HistoryRow::step).toList());
        assertTrue(rows.get(1).valTop5() >= rows.get(1).valTop1());
        assertTrue(rows.get(1).trainLoss() > 0 && rows.get(1).valLoss() > 0);

        SwinClassifier halted = network();
        RunDirectory two = RunDirectory.create(folder.resolve("two"), CONFIG, Map.of());
        TrainConfig often = CONFIG.with("log_every", "1");
        Trainer[] running = new Trainer[1];
        TrainingListener stopper =
                new TrainingListener() {
                    @Override
                    public void stepDone(Step step) {
                        if (step.update() == 6) {
                            running[0].requestStop();
                        }
                    }
                };
        try (Trainer trainer =
                new Trainer(
                        new TrainingSetup(
                                often, halted, "{}", task(halted, often), two, stopper))) {
            running[0] = trainer;
            assertEquals(6, trainer.run().update());
        }
        SwinClassifier resumed = network();
        try (Trainer trainer =
                new Trainer(
                        new TrainingSetup(
                                CONFIG,
                                resumed,
                                "{}",
                                task(resumed, CONFIG),
                                two,
                                TrainingListener.NONE))) {
            trainer.resume(
                    two.checkpoints(new CheckpointConfig(1, 0, 2, 1))
                            .latest()
                            .checkpoint()
                            .orElseThrow());
            trainer.run();
        }
        for (Map.Entry<String, Parameter> entry : StateDict.of(whole).entrySet()) {
            assertArrayEquals(
                    entry.getValue().getArray().toByteArray(),
                    StateDict.of(resumed).get(entry.getKey()).getArray().toByteArray(),
                    entry.getKey());
        }
        List<HistoryRow> again = HistoryRow.of(two.history().rows());
        assertEquals(rows.get(1).valLoss(), again.get(1).valLoss());
        assertEquals(rows.get(1).trainLoss(), again.get(1).trainLoss());
    }

    @Test
    void anUnreadablePictureEndsTheRunWithItsName() throws IOException {
        Path set = folder.resolve("set");
        SampleSet.create(set, new SampleSet.Options(SampleSet.Layout.IMAGENET, 40, 4, 2, 3));
        data = PictureSets.openTrainAndVal(set);
        Path victim = Path.of(data.train().place(17));
        Files.writeString(victim, "no picture");
        SwinClassifier network = network();
        RunDirectory directory = RunDirectory.create(folder.resolve("run"), CONFIG, Map.of());
        TrainConfig config = CONFIG.with("training.batch_size", "48");
        try (Trainer trainer =
                new Trainer(
                        new TrainingSetup(
                                config,
                                network,
                                "{}",
                                task(network, config),
                                directory,
                                TrainingListener.NONE))) {
            String message = assertThrows(IOException.class, trainer::run).getMessage();
            assertTrue(message.contains(victim.getFileName().toString()), message);
        }
    }

    @Test
    void refusesSquareCropsForOtherInputs() {
        Preprocessing wide = Preprocessing.official(32, 64);
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        new ClassificationTask(
                                                network(), manager, data, wide, CONFIG))
                        .getMessage();
        assertTrue(message.contains("64x32") && message.contains("augmentation.crop"), message);
    }
}
