// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.data.SampleSet;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.weights.StateArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictCommandTest {

    private static final List<String> LABELS = List.of("cat", "dog", "eel", "fox", "gnu", "hen");

    @TempDir private static Path shared;
    private static Path pictures;
    private static Path weights;

    @TempDir private Path folder;

    private final TestConsole console = new TestConsole();

    @BeforeAll
    static void prepare() throws IOException {
        SampleSet.create(
                shared.resolve("set"),
                new SampleSet.Options(SampleSet.Layout.IMAGENET, 40, 1, 1, 3));
        pictures = shared.resolve("set/val");
        weights = TestModels.write(shared.resolve("model"), 5, LABELS);
    }

    @Test
    void jsonHoldsWhatThePredictorSays() throws Exception {
        assertEquals(
                ExitCode.OK,
                predict("--format", "json", "--topk", "3", pictures.toString()),
                console.err());
        JsonArray answers = JsonParser.parseString(console.out()).getAsJsonArray();
        assertEquals(12, answers.size());
        String before = "";
        try (SwinModel model = SwinModel.load(weights, Device.cpu());
                Predictor<Path, Classifications> predictor = model.newPredictor()) {
            for (JsonElement element : answers) {
                JsonObject answer = element.getAsJsonObject();
                assertEquals("tiny-test", answer.get("model").getAsString());
                String image = answer.get("image").getAsString();
                assertTrue(before.compareTo(image) < 0, image + " after " + before);
                before = image;
                Classifications expected = predictor.predict(Path.of(image));
                JsonArray found = answer.getAsJsonArray("predictions");
                assertEquals(3, found.size());
                for (int rank = 0; rank < 3; rank++) {
                    JsonObject prediction = found.get(rank).getAsJsonObject();
                    Classifications.Classification item = expected.topK(3).get(rank);
                    assertEquals(item.getClassName(), prediction.get("label").getAsString());
                    assertEquals(
                            LABELS.indexOf(item.getClassName()),
                            prediction.get("index").getAsInt());
                    assertEquals(
                            item.getProbability(),
                            prediction.get("probability").getAsDouble(),
                            1e-6);
                }
                assertFalse(answer.has("logits"));
            }
        }
    }

    @Test
    void batchSizeChangesNothing() {
        List<float[]> one = logits("--batch-size", "1");
        List<float[]> many = logits("--batch-size", "5");
        for (int i = 0; i < one.size(); i++) {
            assertArrayEquals(one.get(i), many.get(i), 1e-5f);
        }
    }

    @Test
    void precisionAndProtocolChangeLogits() {
        float[] usual = logits().get(0);
        assertEquals(LABELS.size(), usual.length);
        assertFalse(Arrays.equals(usual, logits("--precision", "bf16").get(0)));
        assertFalse(Arrays.equals(usual, logits("--protocol", "hf").get(0)));
    }

    @Test
    void tableAndCsvListRanks() {
        Path picture = firstPicture();
        assertEquals(ExitCode.OK, predict("--topk", "2", picture.toString()), console.err());
        List<String> lines = console.out().lines().toList();
        assertEquals(4, lines.size(), console.out());
        assertTrue(lines.get(0).startsWith("image "), lines.get(0));
        assertTrue(lines.get(2).startsWith(picture + "     1"), lines.get(2));
        assertTrue(lines.get(2).endsWith(" %"), lines.get(2));
        assertTrue(lines.get(3).startsWith("  "), lines.get(3));

        TestConsole csv = new TestConsole();
        assertEquals(ExitCode.OK, predict(csv, "--format", "csv", picture.toString()));
        List<String> rows = csv.out().lines().toList();
        assertEquals("image,rank,index,label,probability", rows.get(0));
        assertEquals(6, rows.size(), "five by default");
        assertTrue(rows.get(5).startsWith(picture + ",5,"), rows.get(5));
    }

    @Test
    void annotatedPicturesHaveNamesOfTheirOwn() throws IOException {
        Path same = Files.copy(firstPicture(), folder.resolve(firstPicture().getFileName()));
        Path out = folder.resolve("new/out");
        assertEquals(
                ExitCode.OK,
                predict("--out", out.toString(), firstPicture().toString(), same.toString()),
                console.err());
        String stem = same.getFileName().toString().replaceAll("\\..*", "");
        assertEquals(List.of(stem + "-2.png", stem + ".png"), names(out));
        assertTrue(PictureReader.size(out.resolve(stem + ".png")).height() > 150);

        TestConsole tree = new TestConsole();
        assertEquals(ExitCode.OK, predict(tree, "--out", out.toString(), pictures.toString()));
        assertTrue(Files.exists(out.resolve("arrow/" + stem + ".png")), names(out).toString());
    }

    @Test
    void aBrokenPictureEndsEverything() throws IOException {
        Path cut = folder.resolve("cut.jpg");
        byte[] whole = Files.readAllBytes(firstPicture());
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        Path out = folder.resolve("some/out");
        for (Path bad : List.of(cut, text, folder.resolve("missing.png"))) {
            TestConsole refusal = new TestConsole();
            assertEquals(
                    ExitCode.BAD_INPUT,
                    predict(
                            refusal,
                            "--batch-size",
                            "1",
                            "--out",
                            out.toString(),
                            firstPicture().toString(),
                            bad.toString()),
                    refusal.err());
            assertTrue(refusal.err().contains(bad.getFileName().toString()), refusal.err());
            assertEquals("", refusal.out());
        }
        assertEquals(List.of("cut.jpg", "text.png"), names(folder));
    }

    @Test
    void pictureKindsAreRead() throws IOException {
        for (String kind : List.of("thin", "dot", "grey", "alpha")) {
            Path file = OddPictures.write(folder.resolve(kind + ".png"), kind);
            TestConsole one = new TestConsole();
            assertEquals(ExitCode.OK, predict(one, file.toString()), kind + ": " + one.err());
        }
        String cmyk = TestData.file("images/cmyk.jpg").toString();
        assertEquals(ExitCode.OK, predict(cmyk), console.err());
    }

    @Test
    void aFolderThatMayNotBeReadIsNamed() throws IOException {
        Path closed = Files.createDirectories(folder.resolve("closed"));
        assumeTrue(closed.toFile().setReadable(false) && !Files.isReadable(closed));
        try {
            refused(ExitCode.BAD_INPUT, "permission denied", closed.toString());
        } finally {
            assertTrue(closed.toFile().setReadable(true));
        }
    }

    @Test
    void protocolNoneWantsTheModelsSize() throws IOException {
        refused(ExitCode.BAD_INPUT, "40x40", "--protocol", "none", firstPicture().toString());
        Path set = folder.resolve("set");
        SampleSet.create(
                set, new SampleSet.Options(SampleSet.Layout.IMAGENET, TestModels.SIDE, 1, 1, 3));
        assertEquals(
                ExitCode.OK,
                predict("--protocol", "none", set.resolve("val").toString()),
                console.err());
    }

    @Test
    void optionsAreChecked() throws IOException {
        String picture = firstPicture().toString();
        refused(ExitCode.USAGE, "--batch-size is 0", "--batch-size", "0", picture);
        refused(ExitCode.USAGE, "--topk is 0", "--topk", "0", picture);
        refused(ExitCode.USAGE, "6 classes", "--topk", "7", picture);
        refused(ExitCode.USAGE, "--format json", "--logits", picture);
        refused(ExitCode.USAGE, "OFFICIAL", "--protocol", "offical", picture);
        refused(ExitCode.USAGE, "torchvision", "--protocol", "torchvision", picture);
        refused(ExitCode.USAGE, "BF16", "--precision", "fp8", picture);
        refused(ExitCode.USAGE, "IMAGE|DIR");
        refused(ExitCode.ENVIRONMENT, "no GPU", "--device", "gpu:9", picture);
        Path empty = Files.createDirectories(folder.resolve("empty"));
        refused(ExitCode.BAD_INPUT, "holds no picture", empty.toString());
        refused(ExitCode.BAD_INPUT, "is a file", "--out", picture, picture);
        refused(ExitCode.USAGE, "itself", "--out", firstPicture().getParent().toString(), picture);
        refused(ExitCode.BAD_INPUT, "Cannot write", "--out", picture + "/below", picture);
    }

    @Test
    void weightsAreChecked() throws IOException {
        String picture = firstPicture().toString();
        Path file = weights.resolve(SwinModel.WEIGHTS_FILE);
        Path cut = Files.createDirectories(folder.resolve("cut"));
        Files.copy(weights.resolve("model.json"), cut.resolve("model.json"));
        byte[] whole = Files.readAllBytes(file);
        Files.write(cut.resolve(SwinModel.WEIGHTS_FILE), Arrays.copyOf(whole, 3000));

        refusedWeights(ExitCode.USAGE, "--weights", "--model", "swin_t", picture);
        refusedWeights(ExitCode.USAGE, "--model", "--weights", file.toString(), picture);
        refusedWeights(
                ExitCode.USAGE,
                "Did you mean swin_tiny",
                "--weights",
                file.toString(),
                "--model",
                "swin_tinny_patch4_window7_224",
                picture);
        refusedWeights(
                ExitCode.BAD_INPUT,
                "% of the backbone",
                "--weights",
                file.toString(),
                "--model",
                "swin_tiny_patch4_window7_224",
                picture);
        refusedWeights(
                ExitCode.BAD_INPUT,
                "holds the model 'tiny-test'",
                "--weights",
                weights.toString(),
                "--model",
                "swin_t",
                picture);
        refusedWeights(ExitCode.BAD_INPUT, "neither", "--weights", shared.toString(), picture);
        refusedWeights(ExitCode.BAD_INPUT, "safetensors", "--weights", cut.toString(), picture);
        try (SwinModel model = SwinModel.load(weights, Device.cpu())) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            StateDict.of(model.block())
                    .forEach((name, value) -> arrays.put(name, value.getArray()));
            arrays.remove("layers.0.blocks.0.mlp.fc1.weight");
            StateArrays.write(cut.resolve(SwinModel.WEIGHTS_FILE), arrays);
        }
        refusedWeights(
                ExitCode.BAD_INPUT,
                "lacks 1 of the backbone's",
                "--weights",
                cut.toString(),
                picture);
    }

    @Test
    void aModelsNameMayBeGivenWithItsCheckpoint() {
        assertEquals(
                ExitCode.OK,
                predict("--model", "tiny-test", firstPicture().toString()),
                console.err());
    }

    @Test
    void differentWeightsAnswerDifferently() throws IOException {
        Path other = TestModels.write(folder.resolve("other"), 6, LABELS);
        TestConsole second = new TestConsole();
        predict("--format", "csv", firstPicture().toString());
        second.run(
                "predict",
                "--device",
                "cpu",
                "--weights",
                other.toString(),
                "--format",
                "csv",
                firstPicture().toString());
        assertNotEquals(console.out(), second.out());
    }

    private void refused(int code, String says, String... arguments) {
        TestConsole refusal = new TestConsole();
        assertEquals(code, predict(refusal, arguments), refusal.err());
        assertRefusal(refusal, says);
    }

    private static void refusedWeights(int code, String says, String... arguments) {
        TestConsole refusal = new TestConsole();
        List<String> all = new ArrayList<>(List.of("predict", "--device", "cpu"));
        all.addAll(List.of(arguments));
        assertEquals(code, refusal.run(all.toArray(String[]::new)), refusal.err());
        assertRefusal(refusal, says);
    }

    private static void assertRefusal(TestConsole refusal, String says) {
        assertTrue(refusal.err().contains(says), refusal.err());
        assertTrue(refusal.err().contains("error: "), refusal.err());
        assertFalse(refusal.err().contains("\tat "), refusal.err());
        assertEquals("", refusal.out());
    }

    private static List<float[]> logits(String... options) {
        TestConsole own = new TestConsole();
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--format", "json", "--logits", pictures.toString()));
        assertEquals(ExitCode.OK, predict(own, all.toArray(String[]::new)), own.err());
        List<float[]> rows = new ArrayList<>();
        for (JsonElement answer : JsonParser.parseString(own.out()).getAsJsonArray()) {
            JsonArray row = answer.getAsJsonObject().getAsJsonArray("logits");
            float[] values = new float[row.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.get(i).getAsFloat();
            }
            rows.add(values);
        }
        return rows;
    }

    private int predict(String... arguments) {
        return predict(console, arguments);
    }

    private static int predict(TestConsole to, String... arguments) {
        List<String> all = new ArrayList<>();
        all.addAll(List.of("predict", "--device", "cpu", "--weights", weights.toString()));
        // A later --device wins over none, but picocli refuses two of them.
        if (List.of(arguments).contains("--device")) {
            all.subList(1, 3).clear();
        }
        all.addAll(List.of(arguments));
        return to.run(all.toArray(String[]::new));
    }

    private static Path firstPicture() {
        return pictures.resolve("arrow/arrow_00000.jpg");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
