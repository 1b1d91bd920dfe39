// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.data.segment.SegmentationFolder;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.train.config.DecayRule;
import io.github.swindjl.train.config.Recipe;
import io.github.swindjl.train.config.SegmentationConfig;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.SegmentationDescription;
import io.github.swindjl.zoo.SegmentationModel;
import io.github.swindjl.zoo.weights.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentationTaskTest {

    @TempDir private static Path folder;

    private static SegmentationFolder.TrainVal data;

    private final TrainConfig config =
            Recipe.find("sample_segment")
                    .orElseThrow()
                    .applyTo(TrainConfig.defaults())
                    .with(
                            List.of(
                                    "training.epochs=2",
                                    "training.batch_size=4",
                                    "training.drop_path=0.1",
                                    "segmentation.channels=8",
                                    "segmentation.dropout=0.1",
                                    "segmentation.photometric=true",
                                    "segmentation.auxiliary_channels=8",
                                    "segmentation.crop=48",
                                    "segmentation.box=[192, 48]",
                                    "segmentation.updates_per_epoch=5",
                                    "model.overrides={width: 16, depths: [1, 1], heads: [1, 2],"
                                            + " window: 4, reference_windows: [0, 0]}",
                                    "log_every=1",
                                    "checkpoints.keep=9",
                                    "device=cpu"));

    @BeforeAll
    static void draw() throws IOException {
        Path root = folder.resolve("set");
        SampleSet.create(root, new SampleSet.Options(SampleSet.Layout.ADE20K, 48, 1, 1, 0));
        data = SegmentationFolder.openTrainAndVal(root);
    }

    private SegmentationModel model() {
        SegmentationConfig head = config.segmentation();
        return SegmentationModel.create(
                SegmentationDescription.of(
                        "small",
                        new UperNetConfig(
                                config.network(),
                                13,
                                head.channels(),
                                head.auxiliaryChannels(),
                                head.dropout()),
                        data.train().rules().palette(),
                        head.fitBox()),
                Device.cpu(),
                1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLossIsTheMeanOverAllPixelsWithTheAuxiliaryHeadsShare(boolean deterministic) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            byte[] labels = new byte[2 * 8 * 8];
            Arrays.fill(labels, 0, 32, (byte) 255); // a quarter of all
            ByteBuffer buffer = ByteBuffer.allocateDirect(labels.length).put(labels).flip();
            NDArray target = manager.create(buffer, new Shape(2, 8, 8), DataType.UINT8);
            NDList losses =
                    SegmentationTask.loss(2, 0.4, deterministic)
                            .callAll(
                                    true,
                                    manager.zeros(new Shape(2, 3, 2, 2)),
                                    manager.zeros(new Shape(2, 3, 1, 1)),
                                    target,
                                    manager.create(8f));
            double expected = Math.log(3) * 0.75 * 1.4;
            assertEquals(expected, losses.get(1).toFloatArray()[0], 1e-6);
            assertEquals(expected * 8 / 2, losses.get(0).toFloatArray()[0], 1e-5);
        }
    }

    @Test
    void theDeterministicLossHasTheSameGradients() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                Autograd.Mode recording = Autograd.record()) {
            byte[] labels = new byte[2 * 13 * 9];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (byte) (i % 5 == 0 ? 255 : i % 3);
            }
            NDArray target = Transfers.send(manager, labels, new Shape(2, 13, 9));
            List<float[]> found = new ArrayList<>();
            for (boolean deterministic : new boolean[] {false, true}) {
                NDArray logits = Formula.input(manager, new Shape(2, 3, 5, 3));
                NDArray auxiliary = Formula.input(manager, new Shape(2, 3, 2, 2));
                logits.setRequiresGradient(true);
                auxiliary.setRequiresGradient(true);
                NDList losses =
                        SegmentationTask.loss(1, 0.4, deterministic)
                                .callAll(true, logits, auxiliary, target, manager.create(1f));
                Autograd.backward(losses.get(0));
                found.add(losses.get(1).toFloatArray());
                found.add(Autograd.gradient(logits).toFloatArray());
                found.add(Autograd.gradient(auxiliary).toFloatArray());
            }
            for (int i = 0; i < 3; i++) {
                assertTrue(Goldens.largest(found.get(i)) > 0);
                double difference = Goldens.difference(found.get(i), found.get(i + 3));
                assertTrue(
                        difference <= 1e-6 * Goldens.largest(found.get(i)), i + " " + difference);
            }
        }
    }

    @Test
    void batchesGoOnWhereTheyWereLeftAndPassesFollowEachOther() throws IOException {
        try (SegmentationModel model = model();
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            SegmentationTask task = new SegmentationTask(model, data, config);
            assertEquals(5, task.batchesPerEpoch());
            float[][] inputs = new float[10][];
            byte[][] targets = new byte[10][];
            for (int epoch = 0; epoch < 2; epoch++) {
                try (TrainingTask.Batches batches = task.open(epoch, 0)) {
                    for (int i = 0; i < 5; i++) {
                        TrainingTask.Batch batch = batches.next(manager);
                        assertEquals(new Shape(4, 3, 48, 48), batch.inputs().head().getShape());
                        inputs[5 * epoch + i] = batch.inputs().head().toFloatArray();
                        targets[5 * epoch + i] = bytes(batch.target());
                    }
                }
            }
            // Twelve pictures are three batches: the fourth one begins another pass.
            assertFalse(Arrays.equals(inputs[0], inputs[3]));
            try (TrainingTask.Batches batches = task.open(1, 3)) {
                TrainingTask.Batch batch = batches.next(manager);
                assertArrayEquals(inputs[8], batch.inputs().head().toFloatArray());
                assertArrayEquals(targets[8], bytes(batch.target()));
            }
        }
    }

    private static byte[] bytes(NDArray array) {
        return array.toByteArray();
    }

    /** Trains; with a stop, goes on in a second trainer as another process would. */
    private byte[] trained(Path run, int stopAt) throws IOException {
        return trained(config, run, stopAt);
    }

    private byte[] trained(TrainConfig config, Path run, int stopAt) throws IOException {
        return trained(config, run, stopAt, block -> {});
    }

    private byte[] trained(TrainConfig config, Path run, int stopAt, Consumer<Block> afterUpdate)
            throws IOException {
        RunDirectory directory = RunDirectory.create(run, config, Map.of());
        boolean resumed = false;
        CheckpointState end;
        do {
            try (SegmentationModel model = model()) {
                boolean stops = stopAt > 0 && !resumed;
                Trainer[] trainer = new Trainer[1];
                TrainingListener listener =
                        new TrainingListener() {
                            @Override
                            public void stepDone(Step step) {
                                afterUpdate.accept(model.block());
                                if (stops && step.update() == stopAt) {
                                    trainer[0].requestStop();
                                }
                            }
                        };
                trainer[0] =
                        new Trainer(
                                new TrainingSetup(
                                        config,
                                        model.block(),
                                        model.description().toJson(),
                                        new SegmentationTask(model, data, config),
                                        directory,
                                        listener));
                try (Trainer running = trainer[0]) {
                    if (resumed) {
                        running.resume(
                                directory
                                        .checkpoints(config.checkpoints())
                                        .latest()
                                        .checkpoint()
                                        .orElseThrow());
                    }
                    end = running.run();
                }
            }
            resumed = true;
        } while (end.epoch() < 2);
        Path last =
                directory
                        .checkpoints(config.checkpoints())
                        .latest()
                        .checkpoint()
                        .orElseThrow()
                        .directory();
        assertTrue(SegmentationDescription.isAt(last));
        return Files.readAllBytes(last.resolve(Checkpoint.MODEL));
    }

    @Test
    void aStoppedRunEndsWithTheSameBytes() throws IOException {
        byte[] whole = trained(folder.resolve("whole"), 0);
        assertArrayEquals(whole, trained(folder.resolve("stopped"), 3));
        assertArrayEquals(whole, trained(folder.resolve("late"), 7));
    }

    private byte[] average(TrainConfig config, Path run) throws IOException {
        return Files.readAllBytes(
                RunDirectory.open(run)
                        .checkpoints(config.checkpoints())
                        .latest()
                        .checkpoint()
                        .orElseThrow()
                        .directory()
                        .resolve(Checkpoint.EMA));
    }

    @Test
    void runningStatisticsAreAveragedAndResumed() throws IOException {
        TrainConfig averaging = config.with(List.of("ema.decay=0.75"));
        Map<String, double[]> expected = new TreeMap<>();
        Map<String, float[]> last = new TreeMap<>();
        Path whole = folder.resolve("averaged");
        trained(
                averaging,
                whole,
                0,
                block ->
                        StateDict.of(block)
                                .forEach(
                                        (name, parameter) -> {
                                            if (name.contains("running_")) {
                                                float[] own = parameter.getArray().toFloatArray();
                                                last.put(name, own);
                                                add(expected, name, own);
                                            }
                                        }));
        assertTrue(expected.size() > 4, "statistics: " + expected.keySet());
        Path file = folder.resolve("average.safetensors");
        Files.write(file, average(averaging, whole));
        try (Safetensors saved = Safetensors.open(file)) {
            for (Map.Entry<String, double[]> entry : expected.entrySet()) {
                float[] found = saved.readFloats(entry.getKey());
                assertFalse(Arrays.equals(last.get(entry.getKey()), found), entry.getKey());
                for (int i = 0; i < found.length; i++) {
                    assertEquals(entry.getValue()[i], found[i], 1e-5, entry.getKey());
                }
            }
        }
        Path stopped = folder.resolve("averaged-stopped");
        trained(averaging, stopped, 3);
        assertArrayEquals(Files.readAllBytes(file), average(averaging, stopped));
    }

    /** Adds to an average that began with what a new network has. */
    private static void add(Map<String, double[]> averages, String name, float[] own) {
        double[] average =
                averages.computeIfAbsent(
                        name,
                        absent -> {
                            double[] first = new double[own.length];
                            Arrays.fill(first, name.endsWith("running_var") ? 1 : 0);
                            return first;
                        });
        for (int i = 0; i < own.length; i++) {
            average[i] = 0.75 * average[i] + 0.25 * own[i];
        }
    }

    @Test
    void lowPrecisionTrainsToo() throws IOException {
        Path run = folder.resolve("bf16");
        byte[] low = trained(config.with("precision", "bf16"), run, 0);
        assertFalse(Arrays.equals(trained(folder.resolve("fp32"), 0), low), "no effect");
        List<History.Row> rows = RunDirectory.open(run).history().rows();
        double first = rows.get(0).values().get("train_loss");
        double last = rows.get(rows.size() - 1).values().get("train_loss");
        assertTrue(last < first, first + " to " + last);
    }

    @Test
    void weightDecayLeavesOutNormsAndPositionsOnly() {
        assertTrue(DecayRule.SEGMENTATION.decays("decode_head.bottleneck.bn.weight", 1));
        assertTrue(DecayRule.SEGMENTATION.decays("backbone.layers.0.blocks.0.mlp.fc1.bias", 1));
        assertTrue(DecayRule.SEGMENTATION.decays("decode_head.conv_seg.bias", 1));
        for (String name :
                List.of(
                        "backbone.norm3.weight",
                        "backbone.layers.0.blocks.0.norm1.bias",
                        "backbone.layers.0.downsample.norm.weight",
                        "backbone.layers.0.blocks.0.attn.relative_position_bias_table",
                        "backbone.absolute_pos_embed")) {
            assertFalse(DecayRule.SEGMENTATION.decays(name, 2), name);
        }
    }

    @Test
    void theRecipesRatesAreThoseOfTheReference() {
        TrainConfig published =
                Recipe.find("upernet_swin_tiny_160k").orElseThrow().applyTo(TrainConfig.defaults());
        Schedule schedule = Schedule.of(published, 16_000);
        for (long t : new long[] {0, 1, 750, 1499, 1500, 80_000, 159_999}) {
            double expected = 6e-5 * (1 - t / 160_000.0);
            if (t < 1500) {
                expected *= 1 - (1 - t / 1500.0) * (1 - 1e-6);
            }
            assertEquals(expected, schedule.forUpdate(t, 16_000, 1), 1e-17, "update " + t);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "upernet_swin_tiny_160k, 96, 6, 512",
        "upernet_swin_small_160k, 96, 18, 512",
        "upernet_swin_base_160k, 128, 18, 512",
        "upernet_swin_large_160k, 192, 18, 640"
    })
    void everyPublishedSizeHasItsRecipe(String name, int width, int depth, int crop) {
        TrainConfig published = Recipe.find(name).orElseThrow().applyTo(TrainConfig.defaults());
        assertEquals(width, published.network().width());
        assertEquals(depth, published.network().depths().get(2));
        assertEquals(crop, published.segmentation().crop());
        assertEquals(List.of(4 * crop, crop), published.segmentation().box());
        assertEquals(160_000, published.training().epochs() * 16_000);
        assertEquals(16, published.training().batchSize());
        assertEquals(0.3, published.training().dropPath());
    }
}
