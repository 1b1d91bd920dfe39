// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.weights.StateArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class SwinTest {

    @TempDir private static Path folder;
    private static Path checkpoint;
    private static Path picture;

    @BeforeAll
    static void files() throws IOException {
        checkpoint = SmallModels.checkpoint(folder.resolve("checkpoint"), SmallModels.NAME);
        picture = SmallModels.picture(folder, 1);
    }

    private static Swin.Builder<SwinModel> small() {
        return Swin.model(SmallModels.NAME).weights(checkpoint).device(Device.cpu());
    }

    private static float[] vector(SwinModel model) throws Exception {
        try (Predictor<Path, float[]> predictor =
                model.newPredictor(Path.class, float[].class, 1)) {
            return predictor.predict(picture);
        }
    }

    private static void assertMessage(String words, Executable executable) {
        String message = assertThrows(Exception.class, executable).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void loadsACheckpoint() throws Exception {
        float[] logits;
        try (SwinModel model = small().load();
                Predictor<Path, Classifications> predictor = model.newPredictor()) {
            logits = vector(model);
            assertEquals(SmallModels.LABELS, model.description().labels());
            assertTrue(model.report().orElseThrow().isComplete());
            Classifications result = predictor.predict(picture);
            int best = SmallModels.LABELS.indexOf(result.best().getClassName());
            for (float logit : logits) {
                assertTrue(logit <= logits[best]);
            }
        }
        try (SwinModel model = SwinModel.load(checkpoint, Device.cpu())) {
            assertArrayEquals(logits, vector(model));
        }
    }

    @Test
    void withoutWeightsParametersAreRandomButTheSame() throws Exception {
        float[] first;
        Swin.Builder<SwinModel> builder =
                Swin.model("swin_tiny_patch4_window7_224")
                        .imageSize(32, 64)
                        .classes(2)
                        .device(Device.cpu());
        try (SwinModel model = builder.load()) {
            first = vector(model);
            assertEquals(List.of("class 0", "class 1"), model.description().labels());
            assertTrue(model.report().isEmpty());
        }
        try (SwinModel model = builder.load()) {
            assertArrayEquals(first, vector(model));
        }
    }

    @Test
    void classesChangeTheHead() throws Exception {
        try (SwinModel model = small().classes(5).load()) {
            assertEquals(5, vector(model).length);
            assertFalse(model.report().orElseThrow().isComplete());
        }
        try (SwinModel model = small().classes(0).load()) {
            assertEquals(16, vector(model).length);
            assertEquals(List.of(), model.description().labels());
            assertMessage("without classes", () -> model.newPredictor());
        }
        try (SwinModel model = small().classes(3).load()) {
            assertEquals(SmallModels.LABELS, model.description().labels());
        }
        assertMessage("must not be negative", () -> small().classes(-1).load());
    }

    @Test
    void aHeadOfOtherClassesIsNotLeftUntrainedInSilence() {
        Path weights = checkpoint.resolve(SwinModel.WEIGHTS_FILE);
        ModelDescription small = SmallModels.description("other");
        ModelDescription more =
                new ModelDescription(
                        "other", small.config(), List.of("a", "b"), small.preprocessing());
        assertMessage(
                "a head for 3 classes where the model has 2",
                () -> SwinModel.load(more, weights, Device.cpu()));
    }

    /** Writes the checkpoint without one tensor of the backbone. */
    private static Path partial(String left) throws IOException {
        Path partial = SmallModels.checkpoint(folder.resolve("partial"), SmallModels.NAME);
        try (SwinModel model = SwinModel.load(checkpoint, Device.cpu())) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            StateDict.of(model.block())
                    .forEach((name, value) -> arrays.put(name, value.getArray()));
            arrays.remove(left);
            StateArrays.write(partial.resolve(SwinModel.WEIGHTS_FILE), arrays);
        }
        return partial;
    }

    @Test
    void nothingPredictsWithABackboneThatIsPartlyRandom() throws Exception {
        String left = "layers.1.blocks.0.mlp.fc1.weight";
        Path partial = partial(left);
        Swin.Builder<SwinModel> builder =
                Swin.model(SmallModels.NAME).weights(partial).device(Device.cpu());
        assertMessage("lacks 1 of the backbone's", () -> SwinModel.load(partial, Device.cpu()));
        assertMessage(left, () -> builder.load());
        assertMessage(left, () -> builder.featuresOnly(1).load());
        assertMessage("weights of a training", () -> builder.classes(0).load());
        assertMessage(left, () -> builder.classes(3).load());
        ModelDescription description = SmallModels.description("tuned");
        try (SwinModel newHead = builder.classes(5).load();
                SwinModel tuned = SwinModel.tune(description, partial, Device.cpu(), 1)) {
            assertEquals(List.of(left), newHead.report().orElseThrow().missingBackbone());
            assertEquals(List.of(left), tuned.report().orElseThrow().missingBackbone());
        }
    }

    @Test
    void aBuilderStaysAsItIsWhenFeaturesAreTakenFromIt() throws Exception {
        Swin.Builder<SwinModel> classifier = small();
        Swin.Builder<FeatureModel> features = classifier.featuresOnly(1);
        classifier.classes(5);
        try (SwinModel model = classifier.load();
                FeatureModel maps = features.load()) {
            assertEquals(5, vector(model).length);
            assertEquals(List.of(1), maps.stages());
        }
    }

    @Test
    void imageSizeChangesPicturesAndGrid() throws Exception {
        try (SwinModel model = small().imageSize(48, 64).load()) {
            assertEquals(48, model.description().preprocessing().height());
            assertEquals(64, model.description().preprocessing().width());
            assertEquals(48, model.description().config().imageHeight());
            assertEquals(64, model.description().config().imageWidth());
            assertEquals(3, vector(model).length);
        }
    }

    @Test
    void windowKeepsTheTrainedReference() throws Exception {
        float[] before;
        try (SwinModel model = small().load()) {
            before = vector(model);
        }
        try (SwinModel model = small().window(2).load()) {
            assertEquals(2, model.description().config().window());
            assertEquals(List.of(4, 4), model.description().config().referenceWindows());
            assertNotEquals(before[0], vector(model)[0]);
        }
        try (SwinModel model =
                Swin.model("swinv2_tiny_window8_256")
                        .imageSize(64, 64)
                        .window(4)
                        .device(Device.cpu())
                        .load()) {
            assertEquals(List.of(0, 0, 0, 0), model.description().config().referenceWindows());
        }
    }

    @Test
    void torchvisionsResizeGrowsWithTheImage() throws Exception {
        try (SwinModel model = Swin.model("swin_t").imageSize(112, 112).classes(2).load()) {
            assertEquals(116, model.description().preprocessing().resizeHeight());
        }
    }

    @Test
    void channelsChangeTheInput() throws Exception {
        try (SwinModel model = small().channels(4).load();
                NDArray input = model.manager().ones(new Shape(1, 4, 32, 32));
                NDArray logits =
                        model.block()
                                .forward(
                                        new ParameterStore(model.manager(), false),
                                        new NDList(input),
                                        false)
                                .singletonOrThrow()) {
            assertEquals(new Shape(1, 3), logits.getShape());
            assertMessage("takes 4 channels", () -> model.newPredictor());
        }
    }

    @Test
    void precisionChangesThePredictions() throws Exception {
        float[] exact;
        try (SwinModel model = small().load()) {
            exact = vector(model);
        }
        try (SwinModel model = small().precision(Precision.BF16).load()) {
            float[] rough = vector(model);
            assertNotEquals(exact[0], rough[0]);
            assertArrayEquals(exact, rough, 0.05f);
        }
    }

    @Test
    void featuresOnlyGivesMaps() throws Exception {
        try (FeatureModel model = small().featuresOnly(1, 0).load();
                Predictor<Path, FeatureMap[]> predictor = model.newPredictor()) {
            assertEquals(List.of(0, 1), model.stages());
            FeatureMap[] maps = predictor.predict(picture);
            assertEquals(2, maps.length);
            assertMap(maps[0], 0, 8, 8);
            assertMap(maps[1], 1, 16, 4);
            assertTrue(model.report().orElseThrow().missing().isEmpty());
        }
        try (FeatureModel model = small().featuresOnly(1).load();
                Predictor<Path, FeatureMap[]> predictor = model.newPredictor()) {
            assertMap(predictor.predict(picture)[0], 1, 16, 4);
        }
        assertMessage("between 0 and 1", () -> small().featuresOnly(2).load());
        assertMessage("have no classes", () -> small().classes(3).featuresOnly(1).load());
    }

    private static void assertMap(FeatureMap map, int stage, int channels, int side) {
        assertEquals(stage, map.stage());
        assertEquals(channels, map.channels());
        assertEquals(side, map.height());
        assertEquals(side, map.width());
        assertEquals(channels * side * side, map.values().length);
    }

    @Test
    void saysWhatContradicts() {
        assertMessage("Did you mean", () -> Swin.model("swin_tinny_patch4_window7_224"));
        assertMessage("Both pretrained", () -> small().pretrained().load());
        assertMessage(
                "holds the model '" + SmallModels.NAME + "'",
                () -> Swin.model("swin_s").weights(checkpoint).load());
        assertMessage(
                "% of the backbone",
                () ->
                        Swin.model("swin_t")
                                .weights(checkpoint.resolve(SwinModel.WEIGHTS_FILE))
                                .load());
        assertMessage(
                "No weights were released",
                () -> Swin.model("swinv2_huge_window16_256").pretrained().load());
    }

    @Test
    void severalThreadsShareOneModel() throws Exception {
        List<Path> pictures = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            pictures.add(SmallModels.picture(folder, 100 + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (SwinModel model = small().load()) {
            List<float[]> alone = predict(model, pictures);
            int managed = model.manager().getManagedArrays().size();
            List<Callable<List<float[]>>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tasks.add(() -> predict(model, pictures));
            }
            for (Future<List<float[]>> result : threads.invokeAll(tasks)) {
                for (int i = 0; i < alone.size(); i++) {
                    assertArrayEquals(alone.get(i), result.get().get(i));
                }
            }
            assertEquals(managed, model.manager().getManagedArrays().size());
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<float[]> predict(SwinModel model, List<Path> pictures) throws Exception {
        try (Predictor<Path, float[]> predictor =
                model.newPredictor(Path.class, float[].class, 1)) {
            List<float[]> results = new ArrayList<>();
            for (Path file : pictures) {
                results.add(predictor.predict(file));
            }
            return results;
        }
    }

    @Test
    void aBatchGivesWhatSinglePicturesGive() throws Exception {
        List<Path> pictures =
                List.of(SmallModels.picture(folder, 201), SmallModels.picture(folder, 202));
        try (SwinModel model = small().load();
                Predictor<Path, float[]> predictor =
                        model.newPredictor(Path.class, float[].class, 1)) {
            List<float[]> batch = predictor.batchPredict(pictures);
            for (int i = 0; i < pictures.size(); i++) {
                assertArrayEquals(predictor.predict(pictures.get(i)), batch.get(i), 1e-6f);
            }
        }
    }
}
