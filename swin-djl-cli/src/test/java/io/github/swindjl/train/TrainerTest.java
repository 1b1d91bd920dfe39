// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.Formula;
import io.github.swindjl.TestData;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.train.config.CheckpointConfig;
import io.github.swindjl.train.config.ConfigChange;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.window.ShiftCancel;
import io.github.swindjl.zoo.weights.Safetensors;
import io.github.swindjl.zoo.weights.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {

    private static final int BATCHES = 5;
    private static final TrainConfig CONFIG =
            TrainConfig.defaults()
                    .with(
                            List.of(
                                    "training.epochs=3",
                                    "training.batch_size=4",
                                    "training.accumulate=2",
                                    "training.drop_path=0.3",
                                    "optimizer.reference_batch=8",
                                    "schedule.warmup_epochs=1",
                                    "precision=fp32",
                                    "log_every=1",
                                    "seed=11"));

    @TempDir Path folder;

    private NDManager manager;
    private int runs;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private SwinClassifier network(TrainConfig config, int version, int width) {
        SwinConfig.Builder builder = version == 1 ? SwinConfig.v1() : SwinConfig.v2();
        SwinConfig architecture =
                builder.optImageSize(32, 32)
                        .optWidth(width)
                        .optStages(List.of(2, 2), List.of(2, 4))
                        .optWindow(4)
                        .optReferenceWindows(List.of(0, 0))
                        .optShiftCancel(ShiftCancel.NEVER)
                        .optDropPath(config.training().dropPath())
                        .build();
        SwinClassifier network = new SwinClassifier(architecture, FormulaTask.CLASSES);
        Initializers.seed(network, RandomPurpose.PARAMETERS.seed(config.seed(), 0));
        return network;
    }

    private void initialize(SwinClassifier network) {
        network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
    }

    /** A run with a network of its own, in a directory of its own. */
    private class Run implements TrainingListener, AutoCloseable {

        final TrainConfig config;
        final SwinClassifier network;
        final RunDirectory directory;
        final Trainer trainer;
        final List<Step> steps = new ArrayList<>();
        final List<Epoch> epochs = new ArrayList<>();
        final List<Long> waits = new ArrayList<>();
        final List<Checkpoint> saved = new ArrayList<>();
        Checkpoint stoppedAt;
        long stopAfter = Long.MAX_VALUE;

        Run(TrainConfig config, int batches) throws IOException {
            this(config, batches, RunDirectory.create(fresh(), config, Map.of()));
        }

        Run(TrainConfig config, int batches, RunDirectory directory) throws IOException {
            this(config, new FormulaTask(config, batches, () -> 0.5), directory, null);
        }

        Run(TrainConfig config, TrainingTask task, RunDirectory directory, SwinClassifier given)
                throws IOException {
            this.config = config;
            this.directory = directory;
            network = given == null ? network(config, 2, 8) : given;
            if (given == null) {
                initialize(network);
            }
            trainer = new Trainer(new TrainingSetup(config, network, "{}", task, directory, this));
        }

        Map<String, byte[]> weights() {
            Map<String, byte[]> bytes = new TreeMap<>();
            for (Map.Entry<String, Parameter> entry : StateDict.of(network).entrySet()) {
                bytes.put(entry.getKey(), entry.getValue().getArray().toByteArray());
            }
            return bytes;
        }

        @Override
        public void stepDone(Step step) {
            steps.add(step);
            waits.add(Transfers.waits());
            if (step.update() >= stopAfter) {
                trainer.requestStop();
            }
        }

        @Override
        public void epochDone(Epoch epoch) {
            epochs.add(epoch);
        }

        @Override
        public void checkpointSaved(Checkpoint checkpoint) {
            saved.add(checkpoint);
        }

        @Override
        public void stopped(Checkpoint checkpoint) {
            stoppedAt = checkpoint;
        }

        @Override
        public void close() {
            trainer.close();
        }
    }

    private Path fresh() {
        return folder.resolve("run" + runs++);
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, found.get(name), name));
    }

    private static boolean same(Map<String, byte[]> a, Map<String, byte[]> b) {
        return a.keySet().stream().allMatch(name -> Arrays.equals(a.get(name), b.get(name)));
    }

    @Test
    void waitsForTheDeviceOnceForEachReport() throws IOException {
        TrainConfig config =
                CONFIG.with(
                        List.of(
                                "training.epochs=1",
                                "training.accumulate=1",
                                "optimizer.clip_norm=1",
                                "ema.decay=0.9",
                                "log_every=4"));
        try (Run run = new Run(config, 20)) {
            run.trainer.run();
            assertEquals(5, run.waits.size());
            for (int i = 1; i < run.waits.size(); i++) {
                assertEquals(1, run.waits.get(i) - run.waits.get(i - 1), "report " + i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1e-5", "2, 1e-4"})
    void followsTheReferenceForTwentySteps(int version, float normTolerance) throws IOException {
        String name = "goldens/training/steps_v" + version;
        JsonObject golden =
                JsonParser.parseString(Files.readString(TestData.file(name + ".json")))
                        .getAsJsonObject();
        JsonArray losses = golden.getAsJsonArray("losses");
        JsonArray norms = golden.getAsJsonArray("gradientNorms");
        TrainConfig config =
                TrainConfig.defaults()
                        .with(
                                List.of(
                                        "training.epochs=4",
                                        "training.batch_size=8",
                                        "training.label_smoothing=0.1",
                                        "training.drop_path=0",
                                        "optimizer.betas=[0.9, 0.999]",
                                        "optimizer.reference_batch=8",
                                        "optimizer.lr=0.001",
                                        "optimizer.weight_decay=0.05",
                                        "optimizer.clip_norm=5",
                                        "schedule.min_lr=0.001",
                                        "schedule.warmup_epochs=0",
                                        "precision=fp32",
                                        "log_every=1"));
        SwinClassifier network = network(config, version, 32);
        Formula.fill(network);
        initialize(network);
        RunDirectory directory = RunDirectory.create(fresh(), config, Map.of());
        try (Run run =
                        new Run(
                                config,
                                new FormulaTask(config, losses.size() / 4, () -> 0.0),
                                directory,
                                network);
                Safetensors expected = Safetensors.open(TestData.file(name + ".safetensors"))) {
            run.trainer.run();
            assertEquals(losses.size(), run.steps.size());
            for (int step = 0; step < losses.size(); step++) {
                TrainingListener.Step found = run.steps.get(step);
                assertEquals(losses.get(step).getAsFloat(), found.loss(), 1e-5, "step " + step);
                float norm = norms.get(step).getAsFloat();
                assertEquals(norm, found.gradientNorm(), norm * normTolerance, "step " + step);
            }
            Map<String, Parameter> parameters = StateDict.of(network);
            assertTrue(expected.tensors().size() > 3);
            for (String parameter : expected.tensors().keySet()) {
                assertArrayEquals(
                        expected.readFloats(parameter),
                        parameters.get(parameter).getArray().toFloatArray(),
                        1e-5f,
                        parameter);
            }
        }
    }

    /**
     * Accumulation, clipping, layer-wise decay, warm-up and cosine, label smoothing and dropped
     * paths at once; the masks of the dropped paths are this project's.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void followsTheRecipeOfTheReferenceForTwentyUpdates(int version) throws IOException {
        String name = "goldens/training/recipe_v" + version;
        JsonObject golden =
                JsonParser.parseString(Files.readString(TestData.file(name + ".json")))
                        .getAsJsonObject();
        JsonObject recipe = golden.getAsJsonObject("recipe");
        JsonArray losses = golden.getAsJsonArray("losses");
        JsonArray norms = golden.getAsJsonArray("gradientNorms");
        int batch = golden.get("batch").getAsInt();
        int accumulate = recipe.get("accumulate").getAsInt();
        TrainConfig config =
                TrainConfig.defaults()
                        .with(
                                List.of(
                                        "training.epochs=" + recipe.get("epochs"),
                                        "training.batch_size=" + batch,
                                        "training.accumulate=" + accumulate,
                                        "training.label_smoothing=" + recipe.get("labelSmoothing"),
                                        "training.drop_path=" + recipe.get("dropPath"),
                                        "optimizer.betas=" + golden.get("betas"),
                                        "optimizer.reference_batch=" + batch * accumulate,
                                        "optimizer.lr=" + recipe.get("rate"),
                                        "optimizer.weight_decay=" + recipe.get("weightDecay"),
                                        "optimizer.clip_norm=" + recipe.get("clipNorm"),
                                        "optimizer.layer_decay=" + recipe.get("layerDecay"),
                                        "schedule.warmup_epochs=" + recipe.get("warmupEpochs"),
                                        "schedule.warmup_lr=" + recipe.get("warmupRate"),
                                        "schedule.min_lr=" + recipe.get("minimumRate"),
                                        "precision=fp32",
                                        "log_every=1",
                                        "seed=" + recipe.get("seed")));
        assertTrue(golden.get("clippedUpdates").getAsInt() > 10);
        assertTrue(golden.get("droppedBranches").getAsInt() > 100);
        SwinClassifier network = network(config, version, 32);
        Formula.fill(network);
        initialize(network);
        FormulaTask task =
                new FormulaTask(
                        config, recipe.get("updatesPerEpoch").getAsInt() * accumulate, () -> 0.0);
        RunDirectory directory = RunDirectory.create(fresh(), config, Map.of());
        try (Run run = new Run(config, task, directory, network);
                Safetensors expected = Safetensors.open(TestData.file(name + ".safetensors"))) {
            run.trainer.run();
            assertEquals(20, run.steps.size());
            double worstLoss = 0;
            double worstNorm = 0;
            for (int i = 0; i < losses.size(); i++) {
                TrainingListener.Step found = run.steps.get(i);
                double loss = losses.get(i).getAsDouble();
                double norm = norms.get(i).getAsDouble();
                double lossOff = Math.abs(found.loss() - loss) / loss;
                double normOff = Math.abs(found.gradientNorm() - norm) / norm;
                Fidelity.record("recipe_v" + version, "update " + (i + 1) + " loss", lossOff);
                Fidelity.record("recipe_v" + version, "update " + (i + 1) + " norm", normOff);
                worstLoss = Math.max(worstLoss, lossOff);
                worstNorm = Math.max(worstNorm, normOff);
            }
            Map<String, Parameter> parameters = StateDict.of(network);
            double worstParameter = 0;
            for (String parameter : expected.tensors().keySet()) {
                worstParameter =
                        Math.max(
                                worstParameter,
                                Fidelity.largest(
                                        expected.readFloats(parameter),
                                        parameters.get(parameter).getArray().toFloatArray()));
            }
            assertTrue(worstLoss < 1e-5, "loss " + worstLoss);
            assertTrue(worstNorm < 1e-4, "gradient norm " + worstNorm);
            assertTrue(worstParameter < 1e-5, "parameters " + worstParameter);
            Fidelity.record("recipe_v" + version, "loss", worstLoss);
            Fidelity.record("recipe_v" + version, "gradient norm", worstNorm);
            Fidelity.record("recipe_v" + version, "parameters", worstParameter);
        }
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
        try (Run one = new Run(CONFIG, BATCHES);
                Run two = new Run(CONFIG, BATCHES);
                Run other = new Run(CONFIG.with("seed", "12"), BATCHES)) {
            Map<String, byte[]> before = one.weights();
            assertSame(before, two.weights());
            assertFalse(same(before, other.weights()));
            one.trainer.run();
            two.trainer.run();
            other.trainer.run();
            assertFalse(same(before, one.weights()));
            assertSame(one.weights(), two.weights());
            assertFalse(same(one.weights(), other.weights()));
            assertEquals(
                    -1,
                    Files.mismatch(
                            one.saved.get(2).directory().resolve(Checkpoint.MODEL),
                            two.saved.get(2).directory().resolve(Checkpoint.MODEL)));
        }
    }

    /** Stops after each possible update: within an epoch, at its end, at the end of the run. */
    @ParameterizedTest
    @CsvSource({
        "1, float32",
        "2, float32",
        "3, float32",
        "4, float32",
        "5, float32",
        "6, float32",
        "3, bfloat16",
        "4, bfloat16"
    })
    void aResumedRunEqualsAnUninterruptedOne(long stopAfter, String state) throws IOException {
        TrainConfig config = CONFIG.with("optimizer.state", state);
        try (Run whole = new Run(config, BATCHES);
                Run first = new Run(config, BATCHES)) {
            whole.trainer.run();
            first.stopAfter = stopAfter;
            CheckpointState left = first.trainer.run();
            assertEquals(stopAfter, left.update());
            assertEquals(stopAfter < 6, first.stoppedAt != null);

            RunDirectory directory = RunDirectory.open(first.directory.path());
            try (Run second = new Run(directory.config(), BATCHES, directory)) {
                second.trainer.resume(
                        directory
                                .checkpoints(new CheckpointConfig(1, 0, 2, 1))
                                .latest()
                                .checkpoint()
                                .orElseThrow());
                CheckpointState end = second.trainer.run();
                assertEquals(new CheckpointState(3, 0, 6, 11, 0, 0.5), end);
                assertSame(whole.weights(), second.weights());
                List<Double> losses = new ArrayList<>();
                first.steps.forEach(step -> losses.add(step.loss()));
                second.steps.forEach(step -> losses.add(step.loss()));
                assertEquals(whole.steps.size(), losses.size());
                for (int i = 0; i < losses.size(); i++) {
                    assertEquals(whole.steps.get(i).loss(), losses.get(i), 1e-12);
                }
                assertHistory(whole.directory, directory);
            }
        }
    }

    @Test
    void theMemoryModeOfTheFirstStartIsKept() throws IOException {
        TrainConfig config = CONFIG.with("memory", "auto");
        try (Run run = new Run(CONFIG, BATCHES)) {
            assertTrue(run.directory.memoryMode().isEmpty());
        }
        try (Run first = new Run(config, BATCHES)) {
            assertEquals(first.trainer.memory().mode(), first.directory.memoryMode().orElseThrow());
            assertFalse(first.trainer.memory().kept());
            first.directory.keepMemoryMode(MemoryMode.SEQUENTIAL);
            try (Run second = new Run(config, BATCHES, first.directory)) {
                assertEquals(MemoryMode.SEQUENTIAL, second.trainer.memory().mode());
                assertTrue(second.trainer.memory().kept());
            }
            Path file = first.directory.path().resolve("memory.txt");
            Files.writeString(file, "little");
            String refused =
                    assertThrows(
                                    IOException.class,
                                    () -> new Run(config, BATCHES, first.directory).close())
                            .getMessage();
            assertTrue(refused.contains("memory.txt: found 'little'"), refused);
        }
    }

    @Test
    void theStateOfTheOptimizerLiesWhereItIsAskedFor() throws IOException {
        try (Run exact = new Run(CONFIG, BATCHES);
                Run rounded = new Run(CONFIG.with("optimizer.state", "bfloat16"), BATCHES)) {
            exact.trainer.run();
            rounded.trainer.run();
            assertFalse(same(exact.weights(), rounded.weights()));
            assertEquals(
                    exact.steps.get(5).loss(),
                    rounded.steps.get(5).loss(),
                    0.01 * exact.steps.get(5).loss());
        }
        ConfigException refused =
                assertThrows(
                        ConfigException.class,
                        () -> new Run(CONFIG.with("optimizer.state", "host"), BATCHES).close());
        assertEquals("optimizer.state", refused.key());
        assertTrue(refused.getMessage().contains("for GPUs"), refused.getMessage());
    }

    private static void assertHistory(RunDirectory expected, RunDirectory found)
            throws IOException {
        Iterator<History.Row> rows = found.history().rows().iterator();
        for (History.Row row : expected.history().rows()) {
            History.Row other = rows.next();
            assertEquals(row.epoch(), other.epoch());
            for (String figure : List.of("step", "lr", "train_loss", "val_top1")) {
                assertEquals(row.values().get(figure), other.values().get(figure), figure);
            }
        }
        assertFalse(rows.hasNext());
    }

    @ParameterizedTest
    @EnumSource(
            value = MemoryMode.class,
            names = {"STAGE", "BLOCK"})
    void whatIsKeptForTheBackwardPassChangesNoByte(MemoryMode mode) throws IOException {
        TrainConfig small = CONFIG.with("memory", mode.name().toLowerCase(Locale.ROOT));
        try (Run plain = new Run(CONFIG, BATCHES);
                Run saving = new Run(small, BATCHES)) {
            plain.trainer.run();
            assertEquals(mode, saving.trainer.memory().mode());
            saving.trainer.run();
            assertSame(plain.weights(), saving.weights());
        }
    }

    /** The operations of the deterministic mode round otherwise than the usual ones. */
    @Test
    void aDeterministicRunIsItsOwnAndStaysSo() throws IOException {
        TrainConfig config = CONFIG.with("deterministic", "true");
        try (Run usual = new Run(CONFIG, BATCHES);
                Run whole = new Run(config, BATCHES);
                Run first = new Run(config, BATCHES)) {
            usual.trainer.run();
            whole.trainer.run();
            assertFalse(same(usual.weights(), whole.weights()), "the key has no effect");
            first.stopAfter = 3;
            first.trainer.run();
            assertTrue(first.directory.config().deterministic());
            try (Run second = new Run(first.directory.config(), BATCHES, first.directory)) {
                second.trainer.resume(first.stoppedAt);
                second.trainer.run();
                assertSame(whole.weights(), second.weights());
            }
        }
        assertFalse(
                ConfigChange.between(config, CONFIG).stream().allMatch(ConfigChange::isAllowed));
    }

    @Test
    void aRunMayGoOnWithAnotherMemoryMode() throws IOException {
        try (Run whole = new Run(CONFIG, BATCHES);
                Run first = new Run(CONFIG, BATCHES)) {
            whole.trainer.run();
            first.stopAfter = 3;
            first.trainer.run();
            TrainConfig changed = CONFIG.with("memory", "block");
            assertTrue(
                    ConfigChange.between(CONFIG, changed).stream()
                            .allMatch(ConfigChange::isAllowed));
            try (Run second = new Run(changed, BATCHES, first.directory)) {
                second.trainer.resume(first.stoppedAt);
                second.trainer.run();
                assertSame(whole.weights(), second.weights());
            }
        }
    }

    @Test
    void resumesFromTheCheckpointBeforeADamagedOne() throws IOException {
        try (Run whole = new Run(CONFIG, BATCHES)) {
            whole.trainer.run();
            Path newest = whole.saved.get(2).directory().resolve(Checkpoint.OPTIMIZER);
            byte[] bytes = Files.readAllBytes(newest);
            bytes[bytes.length / 2] ^= 1;
            Files.write(newest, bytes);
            Checkpoints.Search search =
                    whole.directory.checkpoints(new CheckpointConfig(1, 0, 2, 1)).latest();
            assertEquals(1, search.damaged().size());
            try (Run again = new Run(CONFIG, BATCHES, whole.directory)) {
                again.trainer.resume(search.checkpoint().orElseThrow());
                again.trainer.run();
                assertSame(whole.weights(), again.weights());
            }
            assertEquals(
                    List.of(),
                    whole.directory
                            .checkpoints(new CheckpointConfig(1, 0, 2, 1))
                            .latest()
                            .damaged());
            assertEquals(3, whole.directory.history().rows().size());
        }
    }

    @Test
    void reportsWhatHappens() throws IOException {
        double[] metrics = {0.3, 0.9, 0.6};
        int[] asked = {0};
        RunDirectory directory = RunDirectory.create(fresh(), CONFIG, Map.of());
        FormulaTask task = new FormulaTask(CONFIG, BATCHES, () -> metrics[asked[0]++]);
        TrainConfig config = CONFIG.with(List.of("checkpoints.keep=1", "log_every=2"));
        try (Run run = new Run(config, task, directory, null)) {
            run.trainer.run();
            assertEquals(3, run.epochs.size());
            assertEquals(3, run.steps.size(), "a report every 2 updates and 2 updates an epoch");
            assertEquals(List.of(2L, 4L, 6L), run.steps.stream().map(s -> s.update()).toList());
            for (int i = 0; i < 3; i++) {
                assertEquals(Map.of("val_top1", metrics[i]), run.epochs.get(i).metrics());
                assertEquals(run.epochs.get(i).trainLoss(), run.steps.get(i).loss(), 1e-12);
                assertTrue(run.steps.get(i).imagesPerSecond() > 0);
                assertEquals(0, run.steps.get(i).dataWait());
            }
            assertEquals(0, run.steps.get(2).remaining().toNanos());
            assertEquals(3, run.saved.size());
            Checkpoints checkpoints = directory.checkpoints(new CheckpointConfig(1, 0, 1, 1));
            assertEquals(4, checkpoints.best().orElseThrow().state().update());
            assertEquals(6, checkpoints.latest().checkpoint().orElseThrow().state().update());
        }
    }

    @Test
    void evaluatesAndSavesWhenDue() throws IOException {
        TrainConfig config =
                CONFIG.with(
                        List.of(
                                "training.epochs=4",
                                "evaluation.every=3",
                                "checkpoints.every=2",
                                "checkpoints.keep=9"));
        try (Run run = new Run(config, 2)) {
            run.trainer.run();
            assertEquals(
                    List.of(0, 0, 1, 1),
                    run.epochs.stream().map(epoch -> epoch.metrics().size()).toList());
            assertEquals(List.of(2, 4), run.saved.stream().map(c -> c.state().epoch()).toList());
        }
    }

    @Test
    void accumulationEqualsALargeBatch() throws IOException {
        TrainConfig base = CONFIG.with(List.of("training.epochs=1", "training.drop_path=0"));
        TrainConfig large = base.with(List.of("training.batch_size=8", "training.accumulate=1"));
        FormulaTask halves = new FormulaTask(base, 6, () -> 0.0);
        FormulaTask joined =
                new FormulaTask(large, 3, () -> 0.0) {
                    @Override
                    float[] pixels(long batch) {
                        float[] first = halves.pixels(2 * batch - 1);
                        float[] both = Arrays.copyOf(first, 2 * first.length);
                        float[] second = halves.pixels(2 * batch);
                        System.arraycopy(second, 0, both, first.length, second.length);
                        return both;
                    }

                    @Override
                    long[] labels(long batch) {
                        long[] first = halves.labels(2 * batch - 1);
                        long[] both = Arrays.copyOf(first, 2 * first.length);
                        long[] second = halves.labels(2 * batch);
                        System.arraycopy(second, 0, both, first.length, second.length);
                        return both;
                    }
                };
        try (Run small = new Run(base, halves, RunDirectory.create(fresh(), base, Map.of()), null);
                Run big =
                        new Run(
                                large,
                                joined,
                                RunDirectory.create(fresh(), large, Map.of()),
                                null)) {
            small.trainer.run();
            big.trainer.run();
            assertEquals(3, big.steps.size());
            for (int i = 0; i < 3; i++) {
                assertEquals(big.steps.get(i).loss(), small.steps.get(i).loss(), 1e-6);
                assertEquals(
                        big.steps.get(i).gradientNorm(), small.steps.get(i).gradientNorm(), 1e-5);
                assertEquals(big.steps.get(i).rate(), small.steps.get(i).rate(), 1e-15);
            }
        }
    }

    /** A run whose batches hold NaN where asked, counted from 1 over the whole run. */
    private Run damaged(TrainConfig config, LongPredicate bad) throws IOException {
        FormulaTask task =
                new FormulaTask(config, BATCHES, () -> 0.5) {
                    @Override
                    float[] pixels(long batch) {
                        float[] pixels = super.pixels(batch);
                        pixels[7] = bad.test(batch) ? Float.NaN : pixels[7];
                        return pixels;
                    }
                };
        return new Run(config, task, RunDirectory.create(fresh(), config, Map.of()), null);
    }

    @Test
    void leavesOutUpdatesThatAreNotFinite() throws IOException {
        try (Run run = damaged(CONFIG, batch -> batch == 6)) {
            assertEquals(6, run.trainer.run().update());
            assertEquals(
                    List.of(0L, 0L, 1L, 1L, 1L, 1L),
                    run.steps.stream().map(TrainingListener.Step::leftOut).toList());
            assertFalse(Double.isFinite(run.steps.get(2).gradientNorm()));
            // The other batch of that update counts.
            assertTrue(run.steps.stream().allMatch(step -> Double.isFinite(step.loss())));
            assertEquals(
                    List.of(0.0, 1.0, 1.0),
                    run.directory.history().rows().stream()
                            .map(row -> row.values().get("left_out"))
                            .toList());
            for (byte[] bytes : run.weights().values()) {
                FloatBuffer values =
                        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
                while (values.hasRemaining()) {
                    assertTrue(Float.isFinite(values.get()));
                }
            }
        }
    }

    @Test
    void aResumedRunLeavesOutWhatAnUninterruptedOneDoes() throws IOException {
        try (Run whole = damaged(CONFIG, batch -> batch == 6 || batch == 7);
                Run first = damaged(CONFIG, batch -> batch == 6 || batch == 7)) {
            whole.trainer.run();
            first.stopAfter = 3;
            first.trainer.run();
            FormulaTask task = new FormulaTask(CONFIG, BATCHES, () -> 0.5);
            try (Run second = new Run(CONFIG, task, first.directory, null)) {
                second.trainer.resume(first.stoppedAt);
                second.trainer.run();
                assertEquals(1, whole.steps.get(5).leftOut());
                assertEquals(1, second.steps.get(2).leftOut());
                assertHistory(whole.directory, second.directory);
            }
        }
    }

    @Test
    void stopsWhenTooManyUpdatesAreNotFinite() throws IOException {
        TrainConfig config = CONFIG.with("training.skip_limit", "2");
        try (Run run = damaged(config, batch -> batch >= 6)) {
            Map<String, byte[]> before = run.weights();
            String message = assertThrows(TrainingException.class, run.trainer::run).getMessage();
            assertTrue(
                    message.contains("The last 2 updates were left out")
                            && message.contains("that of head.bias")
                            && message.contains("after update 2")
                            && message.contains("optimizer.lr"),
                    message);
            Checkpoint last =
                    new Checkpoints(run.directory.path().resolve("checkpoints"), 2, 1)
                            .latest()
                            .checkpoint()
                            .orElseThrow();
            assertEquals(2, last.state().update());
            assertFalse(same(before, run.weights()));
        }
    }

    @Test
    void frozenPartsStayAndHaveNoMemory() throws IOException {
        TrainConfig config = CONFIG.with("training.freeze", "[backbone]");
        try (Run run = new Run(config, BATCHES)) {
            Map<String, byte[]> before = run.weights();
            run.trainer.run();
            Map<String, byte[]> after = run.weights();
            List<String> changed = new ArrayList<>();
            after.forEach(
                    (name, bytes) -> {
                        if (!Arrays.equals(bytes, before.get(name))) {
                            changed.add(name);
                        }
                    });
            assertEquals(List.of("head.bias", "head.weight"), changed);
            try (Safetensors state =
                    Safetensors.open(run.saved.get(2).directory().resolve(Checkpoint.OPTIMIZER))) {
                assertTrue(
                        state.tensors().keySet().stream()
                                .noneMatch(name -> name.startsWith("layers")));
            }
            run.trainer.close();
            assertTrue(
                    StateDict.of(run.network).values().stream()
                            .allMatch(Parameter::requiresGradient));
        }
        for (Map.Entry<String, String> bad :
                Map.of(
                                "[bacbone]", "did you mean backbone?",
                                "[backbone, head]", "leaves no parameter to train")
                        .entrySet()) {
            TrainConfig wrong = CONFIG.with("training.freeze", bad.getKey());
            String message =
                    assertThrows(ConfigException.class, () -> new Run(wrong, BATCHES).close())
                            .getMessage();
            assertTrue(
                    message.contains("training.freeze") && message.contains(bad.getValue()),
                    message);
        }
    }

    @Test
    void theAverageIsEvaluatedSavedAndResumed() throws IOException {
        TrainConfig config = CONFIG.with(List.of("ema.decay=0.5", "evaluation.every=3"));
        List<Map<String, byte[]>> evaluated = new ArrayList<>();
        SwinClassifier[] networks = new SwinClassifier[2];
        for (int i = 0; i < 2; i++) {
            networks[i] = network(config, 2, 8);
            initialize(networks[i]);
        }
        int[] current = {0};
        FormulaTask task =
                new FormulaTask(config, BATCHES, () -> 0.5) {
                    @Override
                    public Map<String, Double> evaluate() throws IOException {
                        Map<String, byte[]> bytes = new TreeMap<>();
                        StateDict.of(networks[current[0]])
                                .forEach((n, p) -> bytes.put(n, p.getArray().toByteArray()));
                        evaluated.add(bytes);
                        return super.evaluate();
                    }
                };
        RunDirectory directory = RunDirectory.create(fresh(), config, Map.of());
        RunDirectory other = RunDirectory.create(fresh(), config, Map.of());
        try (Run whole = new Run(config, task, directory, networks[0]);
                Run plain = new Run(CONFIG, BATCHES);
                Run first = new Run(config, BATCHES, other)) {
            whole.trainer.run();
            plain.trainer.run();
            assertSame(plain.weights(), whole.weights());
            assertFalse(same(whole.weights(), evaluated.get(0)));
            Path average = whole.saved.get(2).directory().resolve(Checkpoint.EMA);
            try (Safetensors ema = Safetensors.open(average)) {
                assertEquals(whole.weights().keySet(), ema.tensors().keySet());
                for (Map.Entry<String, byte[]> entry : evaluated.get(0).entrySet()) {
                    byte[] bytes = new byte[entry.getValue().length];
                    ema.bytes(entry.getKey()).get(bytes);
                    assertArrayEquals(entry.getValue(), bytes, entry.getKey());
                }
            }
            first.stopAfter = 3;
            first.trainer.run();
            current[0] = 1;
            try (Run second = new Run(config, task, first.directory, networks[1])) {
                second.trainer.resume(first.stoppedAt);
                second.trainer.run();
                assertSame(whole.weights(), second.weights());
                assertSame(evaluated.get(0), evaluated.get(1));
            }
        }
    }

    @Test
    void parametersAndGradientsStayFloat32InLowPrecision() throws IOException {
        TrainConfig config =
                CONFIG.with(List.of("training.epochs=1", "precision=bf16", "ema.decay=0.9"));
        try (Run run = new Run(config, BATCHES)) {
            run.trainer.run();
            assertEquals(Precision.BF16, run.trainer.precision());
            for (Parameter parameter : StateDict.of(run.network).values()) {
                assertEquals(DataType.FLOAT32, parameter.getArray().getDataType());
                try (NDArray gradient = Autograd.gradient(parameter.getArray())) {
                    assertEquals(DataType.FLOAT32, gradient.getDataType());
                }
            }
            for (String file : List.of(Checkpoint.MODEL, Checkpoint.EMA, Checkpoint.OPTIMIZER)) {
                try (Safetensors saved =
                        Safetensors.open(run.saved.get(0).directory().resolve(file))) {
                    assertTrue(
                            saved.tensors().values().stream()
                                    .noneMatch(
                                            info ->
                                                    info.type() == TensorType.BF16
                                                            || info.type() == TensorType.F16));
                }
            }
        }
    }

    @Test
    void threadsAreAsBeforeAfterwards() throws IOException {
        int former = EngineInfo.threads();
        EngineInfo.setThreads(2);
        List<Integer> during = new ArrayList<>();
        try (Run run =
                new Run(CONFIG.with("training.epochs", "1"), BATCHES) {
                    @Override
                    public void stepDone(Step step) {
                        during.add(EngineInfo.threads());
                    }
                }) {
            run.trainer.run();
            assertEquals(List.of(1, 1), during);
            assertEquals(2, EngineInfo.threads());
        } finally {
            EngineInfo.setThreads(former);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp32", "bf16", "fp16"})
    void keepsNoArraysAndLearns(String precision) throws IOException {
        TrainConfig config =
                CONFIG.with(
                        List.of(
                                "training.epochs=1",
                                "training.accumulate=1",
                                "training.drop_path=0",
                                "training.label_smoothing=0",
                                "optimizer.lr=0.01",
                                "schedule.warmup_epochs=0",
                                "precision=" + precision));
        FormulaTask task =
                new FormulaTask(config, 30, () -> 0.0) {
                    @Override
                    float[] pixels(long batch) {
                        return super.pixels(0);
                    }

                    @Override
                    long[] labels(long batch) {
                        return super.labels(0);
                    }
                };
        RunDirectory directory = RunDirectory.create(fresh(), config, Map.of());
        List<Integer> arrays = new ArrayList<>();
        try (Run run =
                new Run(config, task, directory, null) {
                    @Override
                    public void stepDone(Step step) {
                        super.stepDone(step);
                        arrays.add(manager.getManagedArrays().size());
                    }
                }) {
            run.trainer.run();
            assertEquals(arrays.get(1), arrays.get(29), arrays.toString());
            double first = run.steps.get(0).loss();
            double last = run.steps.get(29).loss();
            assertTrue(last < first / 2, first + " to " + last);
        }
    }

    @Test
    void refusesToResumeWhatDoesNotFit() throws IOException {
        try (Run run = new Run(CONFIG, BATCHES);
                Run otherSeed = new Run(CONFIG.with("seed", "3"), BATCHES);
                Run otherNetwork =
                        new Run(
                                CONFIG,
                                new FormulaTask(CONFIG, BATCHES, () -> 0.0),
                                RunDirectory.create(fresh(), CONFIG, Map.of()),
                                v1())) {
            run.stopAfter = 1;
            run.trainer.run();
            assertTrue(
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> otherSeed.trainer.resume(run.stoppedAt))
                            .getMessage()
                            .contains("seed"));
            Map<String, byte[]> before = otherNetwork.weights();
            String message =
                    assertThrows(
                                    IOException.class,
                                    () -> otherNetwork.trainer.resume(run.stoppedAt))
                            .getMessage();
            assertTrue(message.contains("relative_position_bias_table"), message);
            assertSame(before, otherNetwork.weights());
        }
    }

    private SwinClassifier v1() {
        SwinClassifier network = network(CONFIG, 1, 8);
        initialize(network);
        return network;
    }

    @Test
    void refusesDataTooSmallForAnUpdate() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> new Run(CONFIG, 1).close())
                        .getMessage();
        assertTrue(message.contains("1 full batches") && message.contains("accumulate"), message);
    }
}
