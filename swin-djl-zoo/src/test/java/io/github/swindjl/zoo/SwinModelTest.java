// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.image.Preprocessing;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwinModelTest {

    private static final ModelDescription TINY =
            new ModelDescription(
                    "tiny",
                    SwinConfig.v2()
                            .optImageSize(32, 32)
                            .optWidth(8)
                            .optStages(List.of(1, 2), List.of(1, 2))
                            .optWindow(4)
                            .build(),
                    List.of("disc", "star", "ring"),
                    Preprocessing.official(32, 32));

    @TempDir private Path folder;

    private static ByteBuffer pixels(int batch) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(batch * 32 * 32 * 3);
        SplittableRandom random = new SplittableRandom(7);
        while (pixels.hasRemaining()) {
            pixels.put((byte) random.nextInt(256));
        }
        return pixels.flip();
    }

    @Test
    void savedModelGivesTheSameLogits() throws IOException {
        float[] before;
        try (SwinModel model = SwinModel.create(TINY, Device.cpu(), 1)) {
            before = model.logits(pixels(2), 2, Precision.FP32);
            model.save(folder);
        }
        assertEquals(6, before.length);
        try (SwinModel model = SwinModel.load(folder, Device.cpu())) {
            assertEquals(TINY, model.description());
            assertArrayEquals(before, model.logits(pixels(2), 2, Precision.FP32));
        }
    }

    @Test
    void aBufferHoldsExactlyTheBatch() {
        try (SwinModel model = SwinModel.create(TINY, Device.cpu(), 1)) {
            for (int batch : new int[] {-1, 0, 1, 3}) {
                IllegalArgumentException e =
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> model.logits(pixels(2), batch, Precision.FP32));
                assertTrue(e.getMessage().contains("found 6144 bytes"), e.getMessage());
            }
            IllegalArgumentException none =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> model.logits(pixels(0), 0, Precision.FP32));
            assertTrue(none.getMessage().contains("at least 1 picture"), none.getMessage());
        }
    }

    @Test
    void seedDecidesTheParameters() {
        try (SwinModel a = SwinModel.create(TINY, Device.cpu(), 1);
                SwinModel b = SwinModel.create(TINY, Device.cpu(), 1);
                SwinModel c = SwinModel.create(TINY, Device.cpu(), 2)) {
            float[] logits = a.logits(pixels(1), 1, Precision.FP32);
            assertArrayEquals(logits, b.logits(pixels(1), 1, Precision.FP32));
            assertTrue(logits[0] != c.logits(pixels(1), 1, Precision.FP32)[0]);
        }
    }

    @Test
    void predictorNamesTheClasses() throws Exception {
        Path picture = folder.resolve("picture.png");
        ImageIO.write(
                new BufferedImage(50, 40, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        try (SwinModel model = SwinModel.create(TINY, Device.cpu(), 1);
                Predictor<Path, Classifications> predictor = model.newPredictor()) {
            predictor.predict(picture); // makes the constants of this input size
            int managed = model.manager().getManagedArrays().size();
            Classifications result = predictor.predict(picture);
            assertEquals(3, result.items().size());
            double sum = result.items().stream().mapToDouble(c -> c.getProbability()).sum();
            assertEquals(1, sum, 1e-6);
            assertEquals(managed, model.manager().getManagedArrays().size());
        }
    }

    @Test
    void saysWhatIsWrongWithACheckpoint() throws IOException {
        assertMessage("does not exist", folder.resolve("absent"));
        assertMessage("model.json", folder);
        Files.writeString(folder.resolve("model.json"), "{\"format\": 99}");
        assertMessage("name, config", folder);
        Files.writeString(folder.resolve("model.json"), "[");
        assertMessage("not a valid model description", folder);
        try (SwinModel model = SwinModel.create(TINY, Device.cpu(), 1)) {
            model.save(folder);
        }
        Files.delete(folder.resolve("model.safetensors"));
        assertMessage("model.safetensors", folder);
    }

    @Test
    void refusesWeightsOfAnotherModel() throws IOException {
        try (SwinModel model = SwinModel.create(TINY, Device.cpu(), 1)) {
            model.save(folder);
        }
        Path weights = folder.resolve("model.safetensors");
        ModelDescription deeper =
                new ModelDescription(
                        "deeper",
                        TINY.config().toBuilder().optStages(List.of(2, 2), List.of(1, 2)).build(),
                        TINY.labels(),
                        TINY.preprocessing());
        String missing =
                assertThrows(IOException.class, () -> SwinModel.load(deeper, weights, Device.cpu()))
                        .getMessage();
        assertTrue(missing.contains("Missing: layers.0.blocks.1."), missing);
        ModelDescription moreClasses =
                new ModelDescription(
                        "more", TINY.config(), List.of("a", "b", "c", "d"), TINY.preprocessing());
        String shapes =
                assertThrows(
                                IOException.class,
                                () -> SwinModel.load(moreClasses, weights, Device.cpu()))
                        .getMessage();
        assertTrue(shapes.contains("a head for 3 classes where the model has 4"), shapes);
    }

    private static void assertMessage(String words, Path checkpoint) {
        IOException e =
                assertThrows(
                        IOException.class, () -> SwinModel.load(checkpoint, Device.cpu()).close());
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @Test
    void weightsInSeveralFilesAreTheSameModel() throws IOException {
        Path whole = SmallModels.checkpoint(folder.resolve("whole"), "m");
        Path parts = Files.createDirectories(folder.resolve("parts"));
        try (SwinModel model = SwinModel.load(whole)) {
            model.save(parts, 5000);
        }
        assertTrue(Files.exists(parts.resolve("model.safetensors.index.json")));
        assertFalse(Files.exists(parts.resolve(SwinModel.WEIGHTS_FILE)));
        try (SwinModel expected = SwinModel.load(whole);
                SwinModel found = SwinModel.load(parts)) {
            StateDict.of(expected.block())
                    .forEach(
                            (name, parameter) ->
                                    assertArrayEquals(
                                            parameter.getArray().toByteArray(),
                                            StateDict.of(found.block())
                                                    .get(name)
                                                    .getArray()
                                                    .toByteArray(),
                                            name));
        }
    }

    private static float[] saved(SwinModel model, Path folder, long limit) throws IOException {
        model.save(folder, limit);
        try (SwinModel found = SwinModel.load(folder, Device.cpu())) {
            return found.logits(pixels(1), 1, Precision.FP32);
        }
    }

    @Test
    void savingAnewLeavesNothingOfTheFormerWeights() throws IOException {
        try (SwinModel former = SwinModel.create(TINY, Device.cpu(), 1);
                SwinModel model = SwinModel.create(TINY, Device.cpu(), 2)) {
            float[] expected = model.logits(pixels(1), 1, Precision.FP32);
            Path other = Files.writeString(folder.resolve("model-notes.safetensors"), "kept");
            for (long limit : new long[] {5000, 10_000, 1 << 30}) {
                former.save(folder, 3000);
                assertArrayEquals(expected, saved(model, folder, limit));
            }
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(
                        Set.of(
                                folder.resolve("model.json"),
                                folder.resolve(SwinModel.WEIGHTS_FILE),
                                other),
                        files.collect(Collectors.toSet()));
            }
            assertArrayEquals(expected, saved(model, folder, 5000));
            assertFalse(Files.exists(folder.resolve(SwinModel.WEIGHTS_FILE)));
        }
    }
}
