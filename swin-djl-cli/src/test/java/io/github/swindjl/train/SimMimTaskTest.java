// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import io.github.swindjl.Goldens;
import io.github.swindjl.TestData;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.data.TrainVal;
import io.github.swindjl.data.source.PictureSets;
import io.github.swindjl.eval.Reconstruction;
import io.github.swindjl.simmim.LocalNormalization;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.DecayRule;
import io.github.swindjl.train.config.Recipe;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SimMimModel;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimMimTaskTest {

    @TempDir private static Path folder;

    private static TrainVal data;

    private final TrainConfig config =
            Recipe.find("sample_simmim")
                    .orElseThrow()
                    .applyTo(TrainConfig.defaults())
                    .with(
                            List.of(
                                    "training.epochs=2",
                                    "training.batch_size=8",
                                    "evaluation.batch_size=5",
                                    "model.overrides={image_height: 32, image_width: 32, width: 8,"
                                            + " depths: [1, 1], heads: [1, 2], window: 4,"
                                            + " reference_windows: [0, 0]}",
                                    "log_every=1",
                                    "checkpoints.keep=9",
                                    "device=cpu"));

    @BeforeAll
    static void draw() throws IOException {
        Path root = folder.resolve("set");
        SampleSet.create(root, new SampleSet.Options(SampleSet.Layout.IMAGENET, 40, 3, 1, 0));
        data = PictureSets.openUnlabelled(root, 0.1);
    }

    private ModelDescription description() {
        return new ModelDescription(
                "small", config.network(), List.of(), Preprocessing.official(32, 32));
    }

    private SimMimModel model() {
        return SimMimModel.create(description(), Device.cpu(), 1);
    }

    private List<float[]> epoch(TrainConfig settings, int epoch, long skip) throws IOException {
        List<float[]> seen = new ArrayList<>();
        try (SimMimModel model = model();
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            SimMimTask task = new SimMimTask(model, data, settings);
            assertEquals(4, task.batchesPerEpoch());
            try (TrainingTask.Batches batches = task.open(epoch, skip)) {
                for (long i = skip; i < 4; i++) {
                    TrainingTask.Batch batch = batches.next(manager);
                    assertEquals(8, batch.size());
                    assertEquals(new Shape(8, 3, 32, 32), batch.inputs().get(0).getShape());
                    assertEquals(new Shape(8, 8, 8), batch.inputs().get(1).getShape());
                    for (NDArray array :
                            List.of(batch.inputs().get(0), batch.inputs().get(1), batch.target())) {
                        seen.add(array.toFloatArray());
                    }
                }
            }
        }
        return seen;
    }

    private static boolean same(List<float[]> a, List<float[]> b) {
        return Arrays.deepEquals(a.toArray(), b.toArray());
    }

    @Test
    void picturesAndMasksDependOnSeedAndEpochOnly() throws IOException {
        List<float[]> first = epoch(config, 0, 0);
        assertTrue(same(first, epoch(config.with("data.workers", "1"), 0, 0)));
        assertTrue(same(first.subList(9, 12), epoch(config, 0, 3)));
        for (List<float[]> other :
                List.of(epoch(config, 1, 0), epoch(config.with("seed", "5"), 0, 0))) {
            for (int i = 0; i < first.size(); i++) {
                assertFalse(Arrays.equals(first.get(i), other.get(i)), "array " + i);
            }
        }
        assertArrayEquals(first.get(0), first.get(2), "the target is the picture");
        Set<List<Float>> masks = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            float[] mask = Arrays.copyOfRange(first.get(1), 64 * i, 64 * (i + 1));
            List<Float> values = new ArrayList<>();
            for (float value : mask) {
                values.add(value);
            }
            masks.add(values);
            assertEquals(10 * 4, values.stream().mapToDouble(Float::doubleValue).sum());
        }
        assertTrue(masks.size() > 4, "each picture has a mask of its own");
    }

    @Test
    void everySettingMatters() throws IOException {
        List<float[]> first = epoch(config, 0, 0);
        List<float[]> cells = epoch(config.with("simmim.mask_cell", "4"), 0, 0);
        assertArrayEquals(first.get(0), cells.get(0));
        assertFalse(Arrays.equals(first.get(1), cells.get(1)));
        List<float[]> share = epoch(config.with("simmim.mask_ratio", "0.3"), 0, 0);
        assertFalse(Arrays.equals(first.get(1), share.get(1)));
        List<float[]> normalised = epoch(config.with("simmim.target_window", "5"), 0, 0);
        assertArrayEquals(first.get(0), normalised.get(0));
        assertArrayEquals(first.get(1), normalised.get(1));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray pictures = manager.create(first.get(0), new Shape(8, 3, 32, 32)).duplicate();
            assertArrayEquals(
                    new LocalNormalization(5).normalize(pictures).toFloatArray(),
                    normalised.get(2));
        }
    }

    @Test
    void evaluationIsTheSameWhateverTheBatchAndShowsWhatIsHidden() throws IOException {
        try (SimMimModel model = model()) {
            SimMimTask task = new SimMimTask(model, data, config);
            double loss = task.evaluate().get("val_loss");
            SimMimTask other =
                    new SimMimTask(model, data, config.with("evaluation.batch_size", "3"));
            List<Reconstruction> shown = new ArrayList<>();
            assertEquals(loss, other.evaluate(index -> index % 4 == 1, shown::add), 1e-5 * loss);
            assertEquals(3, shown.size());
            assertEquals(data.val().name(1), shown.get(0).name());
            assertEquals(-loss, task.score(Map.of("val_loss", loss)));
            assertNull(task.score(Map.of()));
            byte[] whole = shown.get(0).original().rgb();
            byte[] masked = shown.get(0).masked().rgb();
            byte[] guessed = shown.get(0).guessed().rgb();
            int grey = 0;
            for (int i = 0; i < whole.length; i++) {
                if (masked[i] == (byte) 128) {
                    grey++;
                } else {
                    assertEquals(whole[i], masked[i]);
                    assertEquals(whole[i], guessed[i]);
                }
            }
            assertTrue(grey >= 10 * 64 * 3 && grey < 11 * 64 * 3, "grey values: " + grey);
            assertArrayEquals(
                    Preprocessing.official(32, 32).apply(data.val().read(1)).rgb(), whole);
        }
    }

    /** Trains; with a stop, goes on in a second trainer as another process would. */
    private Path trained(Path run, int stopAt) throws IOException {
        RunDirectory directory = RunDirectory.create(run, config, Map.of());
        boolean resumed = false;
        CheckpointState end;
        do {
            try (SimMimModel model = model()) {
                boolean stops = stopAt > 0 && !resumed;
                Trainer[] trainer = new Trainer[1];
                TrainingListener listener =
                        new TrainingListener() {
                            @Override
                            public void stepDone(Step step) {
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
                                        new SimMimTask(model, data, config),
                                        directory,
                                        listener));
                try (Trainer running = trainer[0]) {
                    if (resumed) {
                        running.resume(newest(directory));
                    }
                    end = running.run();
                }
            }
            resumed = true;
        } while (end.epoch() < 2);
        return newest(directory).directory();
    }

    private Checkpoint newest(RunDirectory directory) throws IOException {
        return directory.checkpoints(config.checkpoints()).latest().checkpoint().orElseThrow();
    }

    @Test
    void aStoppedRunEndsWithTheSameBytesAndItsWeightsAreReadAgain() throws IOException {
        Path whole = trained(folder.resolve("whole"), 0);
        Path stopped = trained(folder.resolve("stopped"), 3);
        byte[] bytes = Files.readAllBytes(whole.resolve(Checkpoint.MODEL));
        assertArrayEquals(bytes, Files.readAllBytes(stopped.resolve(Checkpoint.MODEL)));

        Path weights = whole.resolve(Checkpoint.MODEL);
        ModelDescription classes =
                new ModelDescription(
                        "small",
                        config.network(),
                        List.of("a", "b", "c"),
                        Preprocessing.official(32, 32));
        try (SimMimModel again = SimMimModel.load(description(), weights, Device.cpu(), 9);
                SwinModel tuned = SwinModel.tune(classes, weights, Device.cpu(), 9);
                SimMimModel continued = trainedNetwork(whole)) {
            assertTrue(again.report().orElseThrow().missing().isEmpty());
            Map<String, float[]> learnt = values(continued);
            Map<String, float[]> read = values(again);
            learnt.forEach((name, values) -> assertArrayEquals(values, read.get(name), name));
            StateDict.of(tuned.block())
                    .forEach(
                            (name, parameter) -> {
                                if (!name.startsWith("head.")) {
                                    assertArrayEquals(
                                            learnt.get("encoder." + name),
                                            parameter.getArray().toFloatArray(),
                                            name);
                                }
                            });
        }
    }

    private SimMimModel trainedNetwork(Path checkpoint) throws IOException {
        return SimMimModel.load(
                ModelDescription.read(checkpoint),
                checkpoint.resolve(Checkpoint.MODEL),
                Device.cpu(),
                0);
    }

    private static Map<String, float[]> values(SimMimModel model) {
        Map<String, float[]> values = new TreeMap<>();
        StateDict.of(model.block())
                .forEach(
                        (name, parameter) -> values.put(name, parameter.getArray().toFloatArray()));
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1_absolute_position", "v2"})
    void weightDecayIsThatOfTheOfficialPretraining(String golden) throws IOException {
        JsonArray exempt =
                Goldens.json(TestData.file("goldens/simmim/" + golden + ".json"))
                        .getAsJsonArray("withoutDecay");
        Set<String> expected = new HashSet<>();
        exempt.forEach(name -> expected.add(name.getAsString()));
        Set<String> found = new HashSet<>();
        Goldens.tensors("goldens/simmim/" + golden + ".safetensors").keySet().stream()
                .filter(key -> key.startsWith("grad."))
                .map(key -> key.substring("grad.".length()))
                .filter(name -> !DecayRule.SIMMIM.decays(name, dimensions(name)))
                .forEach(found::add);
        assertEquals(expected, found);
    }

    private static int dimensions(String name) {
        boolean vector = name.matches(".*(bias|norm\\d?\\.weight)");
        return vector ? 1 : 2;
    }

    @Test
    void picturesCellsAndPatchesMustDivideEachOther() {
        TrainConfig cells = config.with("simmim.mask_cell", "12");
        String message =
                assertThrows(ConfigException.class, () -> cells.simmim().masks(cells.network()))
                        .getMessage();
        assertTrue(message.contains("simmim.mask_cell") && message.contains("12"), message);
        TrainConfig side =
                config.with(
                        List.of(
                                "model.overrides.image_height=36",
                                "model.overrides.image_width=36"));
        message =
                assertThrows(ConfigException.class, () -> side.simmim().masks(side.network()))
                        .getMessage();
        assertTrue(message.contains("model.overrides.image_height"), message);
        assertTrue(message.contains("multiple of 8"), message);
    }
}
