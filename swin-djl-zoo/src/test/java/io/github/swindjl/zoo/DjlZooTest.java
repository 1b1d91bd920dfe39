// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Application;
import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.github.swindjl.blocks.SwinSize;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.weights.Dialect;
import io.github.swindjl.zoo.weights.StateFiles;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.WeightsExporter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What someone sees who knows DJL and only the names of this zoo. */
class DjlZooTest {

    @TempDir private static Path folder;
    private static Path checkpoint;
    private static Path picture;
    private static float[] logits;

    @BeforeAll
    static void files() throws Exception {
        checkpoint = SmallModels.checkpoint(folder.resolve("checkpoint"), SmallModels.NAME);
        picture = SmallModels.picture(folder, 1);
        try (SwinModel model = SwinModel.load(checkpoint, Device.cpu());
                Predictor<Path, float[]> predictor =
                        model.newPredictor(Path.class, float[].class, 1)) {
            logits = predictor.predict(picture);
        }
    }

    private static <I, O> Criteria.Builder<I, O> zoo(Class<I> input, Class<O> output) {
        return Criteria.builder()
                .setTypes(input, output)
                .optApplication(Application.CV.IMAGE_CLASSIFICATION)
                .optGroupId("io.github.swindjl")
                .optArtifactId("swin")
                .optDevice(Device.cpu());
    }

    private static <I, O> Criteria.Builder<I, O> small(Class<I> input, Class<O> output) {
        return zoo(input, output)
                .optFilter("name", SmallModels.NAME)
                .optArgument("weights", checkpoint.toString());
    }

    private static <I, O> O predict(Criteria.Builder<I, O> criteria, I input) throws Exception {
        try (ZooModel<I, O> model = criteria.build().loadModel();
                Predictor<I, O> predictor = model.newPredictor()) {
            return predictor.predict(input);
        }
    }

    private static void assertSame(Classifications result) {
        assertEquals(SmallModels.LABELS, result.getClassNames());
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        for (int i = 0; i < logits.length; i++) {
            assertEquals(Math.exp(logits[i]) / sum, result.getProbabilities().get(i), 1e-6);
        }
    }

    @Test
    void criteriaFindModelsByName() throws Exception {
        Image image = ImageFactory.getInstance().fromFile(picture);
        assertSame(predict(small(Image.class, Classifications.class), image));
        assertSame(
                predict(
                        small(Image.class, Classifications.class)
                                .optFilter("name", "microsoft/swinv2-tiny-patch4-window8-256"),
                        image));
    }

    @Test
    void everyKindOfInputGivesTheSame() throws Exception {
        byte[] bytes = Files.readAllBytes(picture);
        assertArrayEquals(logits, predict(head(Path.class), picture));
        assertArrayEquals(logits, predict(head(byte[].class), bytes));
        assertArrayEquals(logits, predict(head(Picture.class), PictureReader.read(picture)));
        assertArrayEquals(
                logits, predict(head(InputStream.class), new ByteArrayInputStream(bytes)));
        assertArrayEquals(
                logits, predict(head(Image.class), ImageFactory.getInstance().fromFile(picture)));
    }

    @Test
    void imagesOfOtherLibrariesGiveTheirPixels() throws Exception {
        Picture pixels = PictureReader.read(picture);
        Image foreign =
                (Image)
                        Proxy.newProxyInstance(
                                Image.class.getClassLoader(),
                                new Class<?>[] {Image.class},
                                (self, method, arguments) ->
                                        switch (method.getName()) {
                                            case "getWrappedImage" -> "a matrix";
                                            case "getWidth" -> pixels.width();
                                            case "getHeight" -> pixels.height();
                                            case "toNDArray" -> array(arguments[0], pixels);
                                            default -> throw new AssertionError(method);
                                        });
        assertArrayEquals(logits, predict(head(Image.class), foreign));
    }

    private static NDArray array(Object manager, Picture pixels) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(pixels.rgb().length);
        bytes.put(pixels.rgb()).flip();
        Shape shape = new Shape(pixels.height(), pixels.width(), 3);
        return ((NDManager) manager).create(bytes, shape, DataType.UINT8);
    }

    private static <I> Criteria.Builder<I, float[]> head(Class<I> input) {
        return small(input, float[].class).optArgument("classes", "3");
    }

    @Test
    void vectorsComeWithoutTheHead() throws Exception {
        assertEquals(16, predict(small(Path.class, float[].class), picture).length);
    }

    @Test
    void mapsComeOfAllStagesOrTheChosen() throws Exception {
        assertEquals(
                1,
                predict(
                                small(Path.class, FeatureMap[].class)
                                        .optArgument("features", "[1]"),
                                picture)
                        .length);
        // The table's model has four stages, the checkpoint under its name two.
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> predict(small(Path.class, FeatureMap[].class), picture));
        assertTrue(e.getMessage().contains("Feature stages"), e.getMessage());
    }

    @Test
    void topKCountsWhatIsShown() throws Exception {
        Criteria.Builder<Path, Classifications> criteria = small(Path.class, Classifications.class);
        assertEquals(3, predict(criteria, picture).topK().size());
        assertEquals(2, predict(criteria.optArgument("topK", 2.0), picture).topK().size());
    }

    @Test
    void argumentsMayBeTextOrNumbers() throws Exception {
        for (Object size : List.of("48x64", 48, 48.0, "48")) {
            Criteria.Builder<Path, float[]> criteria =
                    small(Path.class, float[].class)
                            .optArgument("imageSize", size)
                            .optArgument("window", "2")
                            .optArgument("precision", "bf16")
                            .optArgument("classes", 7.0);
            assertEquals(7, predict(criteria, picture).length);
        }
        for (Map.Entry<String, String> wrong :
                Map.of(
                                "imageSize", "big",
                                "window", "1.5",
                                "precision", "fp8",
                                "features", "last",
                                "topK", "0")
                        .entrySet()) {
            Exception e =
                    assertThrows(
                            Exception.class,
                            () ->
                                    predict(
                                            small(Path.class, Classifications.class)
                                                    .optArgument(wrong.getKey(), wrong.getValue()),
                                            picture),
                            wrong.getKey());
            String message = e + " " + e.getCause();
            assertTrue(message.contains(wrong.getKey()), message);
        }
    }

    @Test
    void unknownNamesAreNoModels() {
        ModelNotFoundException e =
                assertThrows(
                        ModelNotFoundException.class,
                        () ->
                                zoo(Image.class, Classifications.class)
                                        .optFilter("name", "swin_tinny_patch4_window7_224")
                                        .build()
                                        .loadModel());
        String message = e.getCause().getMessage();
        assertTrue(message.contains("Did you mean swin_tiny_patch4_window7_224"), message);
        ModelNotFoundException other =
                assertThrows(
                        ModelNotFoundException.class,
                        () ->
                                zoo(Image.class, Classifications.class)
                                        .optFilter("layers", "50")
                                        .build()
                                        .loadModel());
        String filters = other.getCause().getMessage();
        assertTrue(filters.contains("no filter layers, there are classes, imageSize"), filters);
        ModelNotFoundException types =
                assertThrows(
                        ModelNotFoundException.class,
                        () -> small(String.class, Classifications.class).build().loadModel());
        String pairs = types.getCause().getMessage();
        assertTrue(pairs.contains("No translator from String to Classifications"), pairs);
        assertTrue(pairs.contains("Inputs are Image, Input, InputStream, Path"), pairs);
        assertTrue(pairs.contains("new NoopTranslator()"), pairs);
        ModelNotFoundException headless =
                assertThrows(
                        ModelNotFoundException.class,
                        () ->
                                small(Path.class, Classifications.class)
                                        .optArgument("classes", "0")
                                        .build()
                                        .loadModel());
        assertTrue(headless.getCause().getMessage().contains("without classes"), headless + "");
    }

    @Test
    void sizesMatchByTheirLetterAndByTheirWord() throws Exception {
        SwinModelLoader loader = new SwinModelLoader();
        for (String size : List.of("L", "l", "large", "LARGE")) {
            Criteria<Path, float[]> criteria =
                    zoo(Path.class, float[].class)
                            .optFilter("size", size)
                            .optFilter("version", "v2")
                            .build();
            assertEquals(SwinSize.L, loader.entry(criteria).size(), size);
            assertEquals(ModelEntry.Version.V2, loader.entry(criteria).version(), size);
        }
        Criteria<Path, float[]> criteria =
                zoo(Path.class, float[].class).optFilter("size", "medium").build();
        String message =
                assertThrows(ModelNotFoundException.class, () -> loader.entry(criteria))
                        .getMessage();
        assertTrue(message.contains("size is one of B, G, H, L, S, T"), message);
    }

    @Test
    void misspeltArgumentsAreRefusedWhereNobodyElseReadsThem() throws Exception {
        Criteria.Builder<Path, float[]> wrong =
                small(Path.class, float[].class).optArgument("imgsize", "256");
        String message =
                assertThrows(IllegalArgumentException.class, () -> predict(wrong, picture))
                        .getMessage();
        assertTrue(message.contains("Unknown argument imgsize. Did you mean imageSize?"), message);
        try (Model model = Model.newInstance(SmallModels.NAME, Device.cpu(), "PyTorch")) {
            for (String slip : List.of("imgsize", "class", "image_size", "topk", "weight")) {
                Map<String, String> arguments = Map.of(slip, "1", "batch_size", "1");
                assertTrue(
                        assertThrows(
                                        IllegalArgumentException.class,
                                        () ->
                                                new SwinBlockFactory()
                                                        .newBlock(model, checkpoint, arguments))
                                .getMessage()
                                .contains("Unknown argument " + slip),
                        slip);
            }
            Map<String, String> others =
                    Map.of("batch_size", "1", "maxWorkers", "2", "engine", "PyTorch");
            assertEquals(
                    new Shape(2, 3),
                    new SwinBlockFactory()
                            .newBlock(model, checkpoint, others)
                            .getOutputShapes(new Shape[] {new Shape(2, 3, 32, 32)})[0]);
        }
        Criteria.Builder<NDList, NDList> own =
                small(NDList.class, NDList.class)
                        .optTranslator(new NoopTranslator())
                        .optArgument("mine", "1");
        try (ZooModel<NDList, NDList> model = own.build().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDList input = new NDList(manager.ones(new Shape(2, 3, 32, 32)));
            assertEquals(new Shape(2, 3), predictor.predict(input).singletonOrThrow().getShape());
        }
    }

    @Test
    void theZooListsItsModels() throws Exception {
        List<MRL> classifiers =
                ModelZoo.listModels().get(Application.CV.IMAGE_CLASSIFICATION).stream()
                        .filter(mrl -> mrl.getGroupId().equals("io.github.swindjl"))
                        .toList();
        assertEquals(1, classifiers.size());
        List<Artifact> artifacts = classifiers.get(0).listArtifacts();
        assertEquals(
                ModelTable.all().stream().filter(entry -> !entry.files().isEmpty()).count(),
                artifacts.size());
        assertEquals(
                "swin_t.tv_in1k",
                classifiers.get(0).match(Map.of("name", "swin_t.tv_in1k")).getName());
        assertEquals("djl://io.github.swindjl/swin", classifiers.get(0).toString());
    }

    @Test
    void modelPathWorksWithOurFactories() throws Exception {
        Path model = folder.resolve("plain");
        Files.createDirectories(model);
        Files.copy(checkpoint.resolve(SwinModel.WEIGHTS_FILE), model.resolve("mine.safetensors"));
        Files.copy(checkpoint.resolve(ModelDescription.FILE), model.resolve(ModelDescription.FILE));
        Criteria.Builder<Image, Classifications> criteria =
                Criteria.builder()
                        .setTypes(Image.class, Classifications.class)
                        .optModelPath(model)
                        .optModelName("mine")
                        .optDevice(Device.cpu())
                        .optEngine("PyTorch")
                        .optArgument("blockFactory", SwinBlockFactory.class.getName())
                        .optTranslatorFactory(new SwinTranslatorFactory())
                        .optOption("hasParameter", "false");
        assertSame(predict(criteria, ImageFactory.getInstance().fromFile(picture)));
    }

    @Test
    void modelNameMeansTheTable() throws Exception {
        Path model = Files.createDirectories(folder.resolve("named"));
        try (SwinModel tiny =
                Swin.model("swin_tiny_patch4_window7_224")
                        .imageSize(32, 32)
                        .classes(2)
                        .device(Device.cpu())
                        .load()) {
            tiny.save(model);
        }
        Files.delete(model.resolve(ModelDescription.FILE));
        Criteria.Builder<Path, Classifications> criteria =
                Criteria.builder()
                        .setTypes(Path.class, Classifications.class)
                        .optModelPath(model)
                        .optModelName("swin_tiny_patch4_window7_224")
                        .optDevice(Device.cpu())
                        .optEngine("PyTorch")
                        .optArgument("blockFactory", SwinBlockFactory.class.getName())
                        .optArgument("imageSize", 32)
                        .optArgument("classes", 2)
                        .optTranslatorFactory(new SwinTranslatorFactory())
                        .optOption("hasParameter", "false");
        assertEquals(List.of("class 0", "class 1"), predict(criteria, picture).getClassNames());
    }

    @Test
    void servingDirectoryNeedsNoCode() throws Exception {
        Path model = SmallModels.checkpoint(folder.resolve("serving"), "mine");
        Files.writeString(
                model.resolve("serving.properties"),
                """
                engine=PyTorch
                blockFactory=io.github.swindjl.zoo.SwinBlockFactory
                translatorFactory=io.github.swindjl.zoo.SwinTranslatorFactory
                option.hasParameter=false
                topK=2
                """);
        Criteria.Builder<Input, Output> criteria =
                Criteria.builder().setTypes(Input.class, Output.class).optModelPath(model);
        Input request = new Input();
        request.add("data", Files.readAllBytes(picture));
        Output response = predict(criteria, request);
        assertEquals("application/json", response.getProperty("Content-Type", null));
        JsonArray classes =
                JsonParser.parseString(response.getData().getAsString()).getAsJsonArray();
        assertEquals(2, classes.size());
        assertTrue(
                SmallModels.LABELS.contains(
                        classes.get(0).getAsJsonObject().get("className").getAsString()));
        assertFails(criteria, new Input(), "no data");
        Input text = new Input();
        text.add("data", "no picture");
        assertFails(criteria, text, "request's body");
    }

    private static void assertFails(
            Criteria.Builder<Input, Output> criteria, Input request, String words) {
        Exception e = assertThrows(Exception.class, () -> predict(criteria, request));
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @Test
    void servingGivesVectorsAndMapsAsJson() throws Exception {
        Path model = SmallModels.checkpoint(folder.resolve("features"), "mine");
        String common =
                """
                engine=PyTorch
                blockFactory=io.github.swindjl.zoo.SwinBlockFactory
                translatorFactory=io.github.swindjl.zoo.SwinTranslatorFactory
                option.hasParameter=false
                """;
        Input request = new Input();
        request.add(Files.readAllBytes(picture));
        Files.writeString(model.resolve("serving.properties"), common + "classes=0\n");
        assertEquals(16, json(model, request).size());
        Files.writeString(model.resolve("serving.properties"), common + "features=0,1\n");
        JsonArray maps = json(model, request);
        assertEquals(2, maps.size());
        assertEquals(8, maps.get(0).getAsJsonObject().get("channels").getAsInt());
    }

    private static JsonArray json(Path model, Input request) throws Exception {
        Criteria.Builder<Input, Output> criteria =
                Criteria.builder().setTypes(Input.class, Output.class).optModelPath(model);
        return JsonParser.parseString(predict(criteria, request).getData().getAsString())
                .getAsJsonArray();
    }

    @Test
    void filesOfOtherLibrariesAreUnderstood() throws Exception {
        Path model = Files.createDirectories(folder.resolve("hugging-face"));
        Path file = model.resolve("pytorch_model.bin"); // no name tells what a file holds
        try (StateSource own = StateFiles.open(checkpoint)) {
            WeightsExporter.write(
                    own, SmallModels.description("mine").config(), Dialect.HUGGING_FACE, file);
        }
        try (SwinModel loaded =
                        SwinModel.load(SmallModels.description("mine"), file, Device.cpu());
                Predictor<Path, float[]> predictor =
                        loaded.newPredictor(Path.class, float[].class, 1)) {
            assertEquals(Dialect.HUGGING_FACE, loaded.report().orElseThrow().dialect());
            assertArrayEquals(logits, predictor.predict(picture));
        }
    }

    @Test
    void tuningStartsAHeadForOtherClasses() throws Exception {
        ModelDescription small = SmallModels.description("mine");
        ModelDescription two =
                new ModelDescription(
                        "mine", small.config(), List.of("a", "b"), small.preprocessing());
        try (SwinModel tuned = SwinModel.tune(two, checkpoint, Device.cpu(), 3)) {
            assertEquals(
                    List.of("head.weight", "head.bias"), tuned.report().orElseThrow().created());
        }
    }

    @Test
    void saysWhatAModelFolderLacks() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertLacks(empty, "swin_tiny_patch4_window7_224", "0 files of weights");
        assertLacks(empty, "nothing_like_it", "Unknown model");
        Files.createFile(empty.resolve("a.pth"));
        Files.createFile(empty.resolve("b.safetensors"));
        assertLacks(empty, "swin_tiny_patch4_window7_224", "2 files of weights");
    }

    private static void assertLacks(Path folder, String name, String words) {
        try (Model model = Model.newInstance(name, "PyTorch")) {
            Exception e =
                    assertThrows(
                            Exception.class,
                            () -> new SwinBlockFactory().newBlock(model, folder, Map.of()));
            assertTrue(e.getMessage().contains(words), e.getMessage());
        }
    }

    @Test
    void publishedWeightsComeFromTheCache() throws Exception {
        Engine.getEngine("PyTorch"); // loads the native library from the real cache
        String before = System.getProperty("DJL_CACHE_DIR");
        System.setProperty("DJL_CACHE_DIR", folder.resolve("cache").toString());
        try {
            ModelEntry entry = ModelTable.get("swin_tiny_patch4_window7_224");
            Criteria<Path, Classifications> criteria =
                    zoo(Path.class, Classifications.class)
                            .optFilter("name", "swin_tiny_patch4_window7_224")
                            .build();
            assertFalse(criteria.isDownloaded());
            Path directory = Files.createDirectories(Pretrained.directory(entry));
            assertTrue(directory.startsWith(folder.resolve("cache")));
            try (SwinModel random = Swin.model(entry.name()).device(Device.cpu()).load()) {
                // As timm's file is called: a checkpoint like any other.
                random.save(directory);
            }
            Files.delete(directory.resolve(ModelDescription.FILE));
            assertTrue(criteria.isDownloaded());
            criteria.downloadModel();
            try (ZooModel<Path, Classifications> model = criteria.loadModel();
                    Predictor<Path, Classifications> predictor = model.newPredictor()) {
                Classifications result = predictor.predict(picture);
                assertEquals(1000, result.getClassNames().size());
                assertEquals("tench, Tinca tinca", result.getClassNames().get(0));
                assertEquals(5, result.topK().size());
                assertEquals(directory, model.getModelPath());
            }
            assertTrue(Files.exists(directory.resolve("model.safetensors.sha256")));
        } finally {
            if (before == null) {
                System.clearProperty("DJL_CACHE_DIR");
            } else {
                System.setProperty("DJL_CACHE_DIR", before);
            }
        }
    }
}
