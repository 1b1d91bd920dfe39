// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.window.ShiftCancel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does when it has to end before its end. */
class SurvivalTest {

    private static final TrainConfig CONFIG =
            TrainConfig.defaults()
                    .with(
                            List.of(
                                    "training.epochs=4",
                                    "training.batch_size=4",
                                    "training.accumulate=2",
                                    "training.drop_path=0.2",
                                    "optimizer.reference_batch=8",
                                    "precision=fp32",
                                    "log_every=3",
                                    "seed=5"));

    private static final int BATCHES = 8;

    @TempDir private Path folder;
    private NDManager manager;
    private int networks;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private SwinClassifier network() {
        SwinConfig architecture =
                SwinConfig.v2()
                        .optImageSize(32, 32)
                        .optWidth(8)
                        .optStages(List.of(1, 1), List.of(1, 2))
                        .optWindow(4)
                        .optReferenceWindows(List.of(0, 0))
                        .optShiftCancel(ShiftCancel.NEVER)
                        .optDropPath(0.2)
                        .build();
        SwinClassifier network = new SwinClassifier(architecture, FormulaTask.CLASSES);
        Initializers.seed(network, 1);
        network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
        return network;
    }

    /** Keeps what was told. */
    private static class Heard implements TrainingListener {
        final List<Checkpoint> saved = new ArrayList<>();
        int endedEarly;

        @Override
        public void checkpointSaved(Checkpoint checkpoint) {
            saved.add(checkpoint);
        }

        @Override
        public void endedEarly(int epoch) {
            endedEarly = epoch;
        }
    }

    private RunDirectory directory(TrainConfig config) throws IOException {
        return RunDirectory.create(folder.resolve("run" + networks++), config, Map.of());
    }

    private Trainer trainer(
            TrainConfig config, TrainingTask task, RunDirectory directory, Heard heard)
            throws IOException {
        return new Trainer(new TrainingSetup(config, network(), "{}", task, directory, heard));
    }

    private static byte[] weights(Path checkpoint) throws IOException {
        return Files.readAllBytes(checkpoint.resolve(Checkpoint.MODEL));
    }

    @Test
    void everyCheckpointWithinAnEpochLeadsToTheSameEnd() throws IOException {
        TrainConfig config =
                CONFIG.with(
                        List.of(
                                "training.epochs=2",
                                "checkpoints.every_updates=1",
                                "checkpoints.keep=20"));
        RunDirectory directory = directory(config);
        Heard heard = new Heard();
        try (Trainer whole =
                trainer(config, new FormulaTask(config, BATCHES, () -> 0.5), directory, heard)) {
            whole.run();
        }
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L),
                heard.saved.stream().map(checkpoint -> checkpoint.state().update()).toList());
        byte[] end = weights(heard.saved.get(7).directory());
        double loss = directory.history().rows().get(0).values().get("train_loss");
        for (int kept : new int[] {0, 2, 5}) {
            RunDirectory again = directory(config);
            try (Trainer rest =
                    trainer(
                            config,
                            new FormulaTask(config, BATCHES, () -> 0.5),
                            again,
                            new Heard())) {
                rest.resume(heard.saved.get(kept));
                rest.run();
            }
            Checkpoint last =
                    again.checkpoints(config.checkpoints()).latest().checkpoint().orElseThrow();
            assertArrayEquals(end, weights(last.directory()), "from update " + (kept + 1));
            if (kept < 4) {
                assertEquals(loss, again.history().rows().get(0).values().get("train_loss"), 1e-12);
            }
        }
    }

    @Test
    void anEvaluationThatFailsCostsNoTraining() throws IOException {
        TrainConfig config = CONFIG.with(List.of("training.epochs=2", "checkpoints.keep=9"));
        FormulaTask sound = new FormulaTask(config, BATCHES, () -> 0.5);
        Heard undisturbed = new Heard();
        try (Trainer trainer = trainer(config, sound, directory(config), undisturbed)) {
            trainer.run();
        }
        FormulaTask broken =
                new FormulaTask(config, BATCHES, () -> 0.5) {
                    @Override
                    public Map<String, Double> evaluate() throws IOException {
                        throw new IOException("a picture is damaged");
                    }
                };
        RunDirectory directory = directory(config);
        Heard heard = new Heard();
        try (Trainer trainer = trainer(config, broken, directory, heard)) {
            assertThrows(IOException.class, trainer::run);
        }
        assertEquals(1, heard.saved.size());
        try (Trainer trainer = trainer(config, sound, directory, heard)) {
            trainer.resume(heard.saved.get(0));
            assertEquals(2, trainer.run().epoch());
        }
        assertEquals(2, directory.history().rows().size());
        assertArrayEquals(
                weights(undisturbed.saved.get(undisturbed.saved.size() - 1).directory()),
                weights(heard.saved.get(heard.saved.size() - 1).directory()));
    }

    @Test
    void endsWhenEvaluationsNoLongerGetBetterAndStaysEnded() throws IOException {
        TrainConfig config =
                CONFIG.with(
                        List.of(
                                "training.epochs=9",
                                "stopping.patience=2",
                                "checkpoints.every=9",
                                "checkpoints.keep=1"));
        Iterator<Double> metrics = List.of(0.3, 0.5, 0.5, 0.4, 0.9).iterator();
        RunDirectory directory = directory(config);
        Heard heard = new Heard();
        try (Trainer trainer =
                trainer(config, new FormulaTask(config, 2, metrics::next), directory, heard)) {
            assertEquals(4, trainer.run().epoch());
        }
        assertEquals(4, heard.endedEarly);
        assertEquals(4, directory.history().rows().size());
        Checkpoint last =
                directory.checkpoints(config.checkpoints()).latest().checkpoint().orElseThrow();
        assertEquals(4, last.state().epoch(), "the end is saved although none was due");
        try (Trainer again =
                trainer(config, new FormulaTask(config, 2, metrics::next), directory, heard)) {
            again.resume(last);
            assertEquals(4, again.run().epoch());
        }
    }

    @Test
    void aBatchThatDoesNotFitNamesOneThatDoes() throws IOException {
        TrainConfig config = CONFIG.with("training.batch_size", "12");
        String message = shortage(config, new Narrow(config, 5));
        assertTrue(message.contains("A batch of 12 does not fit"), message);
        assertTrue(message.contains("(CUDA out of memory. Tried 2 GiB)"), message);
        assertTrue(message.contains("Tried out, one of 3 does"), message);
        assertTrue(message.contains("--batch-size 3 --accumulate 8"), message);
        message = shortage(config, new Narrow(config, 0));
        assertTrue(message.contains("Nor does one of 1: it takes more memory"), message);
    }

    @Test
    void mixedPicturesStayInPairs() throws IOException {
        TrainConfig config =
                CONFIG.with(List.of("training.batch_size=12", "augmentation.mixing.mixup=0.8"));
        String message = shortage(config, new Narrow(config, 5));
        assertTrue(message.contains("--batch-size 2 --accumulate 12"), message);
        message = shortage(config, new Narrow(config, 1));
        assertTrue(message.contains("Nor does one of 2"), message);
    }

    @Test
    void noBatchIsTriedThatTheTaskCouldNotUse() throws IOException {
        TrainConfig config = CONFIG.with("training.batch_size", "12");
        Narrow task =
                new Narrow(config, 1) {
                    @Override
                    public int leastBatch() {
                        return 2;
                    }
                };
        assertTrue(shortage(config, task).contains("Nor does one of 2"));
    }

    @Test
    void aBatchWhoseInputAloneDoesNotFitNamesOneThatDoes() throws IOException {
        TrainConfig config = CONFIG.with("training.batch_size", "12");
        String message = shortage(config, new NarrowInput(config, 3));
        assertTrue(message.contains("--batch-size 3 --accumulate 8"), message);
        message = shortage(config, new NarrowInput(config, 0));
        assertTrue(message.contains("Nor does one of 1: it takes more memory"), message);
    }

    @Test
    void aModeThatKeepsLessIsNamedWhereItFits() throws IOException {
        TrainConfig config = CONFIG.with("training.batch_size", "12");
        assertEquals(
                "Tried out, it does with --memory block, which takes about a third more time; as it"
                        + " is, one of 6 does; --batch-size 6 --accumulate 4 makes updates of about"
                        + " the same size.",
                advice(config, MemoryMode.PLAIN, Map.of(MemoryMode.PLAIN, 6)));
        assertEquals(
                "Tried out, it does with --memory sequential, which takes about a third more time.",
                advice(
                        config,
                        MemoryMode.STAGE,
                        Map.of(MemoryMode.STAGE, 0, MemoryMode.BLOCK, 11)));
        assertEquals(
                "Tried out, with --memory sequential one of 3 does; --batch-size 3 --accumulate 8"
                        + " makes updates of about the same size.",
                advice(
                        config,
                        MemoryMode.BLOCK,
                        Map.of(MemoryMode.BLOCK, 0, MemoryMode.SEQUENTIAL, 5)));
        String auto =
                explanation(
                        config.with("memory", "auto"),
                        MemoryMode.PLAIN,
                        Map.of(MemoryMode.PLAIN, 6));
        assertTrue(
                auto.contains("--memory auto chose plain when the run began and keeps to it"),
                auto);
    }

    private String advice(TrainConfig config, MemoryMode mode, Map<MemoryMode, Integer> room)
            throws IOException {
        String text = explanation(config, mode, room);
        return text.substring(text.indexOf("). ") + 3);
    }

    /** Explains a failure on a device that holds only so many samples in some modes. */
    private String explanation(TrainConfig config, MemoryMode mode, Map<MemoryMode, Integer> room)
            throws IOException {
        EngineException full = new EngineException("CUDA out of memory. Tried 2 GiB");
        return new FittingBatch(config, new FormulaTask(config, BATCHES, () -> 0.0), manager, mode)
                .explain(
                        full,
                        (other, store, batch, seed, owner) -> {
                            if (batch.size() > room.getOrDefault(other, Integer.MAX_VALUE)) {
                                throw full;
                            }
                            return null;
                        })
                .getMessage();
    }

    private String shortage(TrainConfig config, TrainingTask task) throws IOException {
        try (Trainer trainer = trainer(config, task, directory(config), new Heard())) {
            return assertThrows(DeviceMemoryException.class, trainer::run).getMessage();
        }
    }

    /** A task on a device that holds the input of only so many samples. */
    private static final class NarrowInput extends FormulaTask {

        private final int room;

        NarrowInput(TrainConfig config, int room) {
            super(config, BATCHES, () -> 0.0);
            this.room = room;
        }

        @Override
        void admit(int size) {
            if (size > room) {
                throw new EngineException("DefaultCPUAllocator: can't allocate memory: 600 MB");
            }
        }
    }

    /** A task on a device that holds only so many samples. */
    private static class Narrow extends FormulaTask {

        private final int room;

        Narrow(TrainConfig config, int room) {
            super(config, BATCHES, () -> 0.0);
            this.room = room;
        }

        @Override
        public NDList loss(NDList output, Batch batch, NDArray scale) {
            if (output.get(0).getShape().get(0) > room) {
                throw new IllegalStateException(
                        "loss",
                        new EngineException(
                                "In a script:\n  CUDA out of memory. Tried 2 GiB\n at x"));
            }
            return super.loss(output, batch, scale);
        }
    }
}
