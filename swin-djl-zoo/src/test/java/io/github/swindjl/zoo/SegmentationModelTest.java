// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Application;
import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import io.github.swindjl.TestData;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.zoo.image.FitBox;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.weights.BlockState;
import io.github.swindjl.zoo.weights.Dialect;
import io.github.swindjl.zoo.weights.Safetensors;
import io.github.swindjl.zoo.weights.SafetensorsWriter;
import io.github.swindjl.zoo.weights.StateException;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.TensorContent;
import io.github.swindjl.zoo.weights.TensorType;
import io.github.swindjl.zoo.weights.WeightsExporter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks that label pixels, from files of every kind. */
class SegmentationModelTest {

    private static final Path HUGGING_FACE =
            TestData.file("goldens/segmentation/huggingface.checkpoint.safetensors");

    @TempDir private static Path folder;
    private static Image picture;
    private static int[][] expected;

    /** The network of the golden file. */
    private static SegmentationDescription description(int classes) {
        SwinConfig backbone =
                SwinConfig.v1()
                        .optWidth(4)
                        .optStages(List.of(1, 1, 2, 1), List.of(1, 2, 2, 4))
                        .optWindow(4)
                        .optMlpRatio(2)
                        .build();
        return SegmentationDescription.of(
                "small",
                new UperNetConfig(backbone, classes, 8, 6, 0.1),
                ClassPalette.spread(List.of("a", "b", "c", "d", "e", "f").subList(0, classes)),
                new FitBox(256, 64));
    }

    @BeforeAll
    static void label() throws Exception {
        BufferedImage image = new BufferedImage(90, 70, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 90 * 70; i++) {
            image.setRGB(i % 90, i / 90, i * 2654435);
        }
        picture = ImageFactory.getInstance().fromImage(image);
        expected = mask(HUGGING_FACE);
    }

    private static int[][] mask(Path weights) throws Exception {
        try (SegmentationModel model =
                        SegmentationModel.load(description(5), weights, Device.cpu());
                Predictor<Image, CategoryMask> predictor = model.newPredictor()) {
            CategoryMask mask = predictor.predict(picture);
            assertEquals(List.of("a", "b", "c", "d", "e"), mask.getClasses());
            return mask.getMask();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MICROSOFT", "HUGGING_FACE", "OPEN_MMLAB"})
    void filesOfEverySourceLabelAlike(Dialect dialect) throws Exception {
        Path file = folder.resolve(dialect + ".safetensors");
        try (SegmentationModel model =
                SegmentationModel.load(description(5), HUGGING_FACE, Device.cpu())) {
            Path own = folder.resolve("own-" + dialect + ".safetensors");
            BlockState.write(model.block(), own);
            try (StateSource source = Safetensors.open(own)) {
                WeightsExporter.write(
                        source, model.description().network().backbone(), dialect, file);
            }
            assertArrayEquals(expected, mask(own));
        }
        assertArrayEquals(expected, mask(file));
    }

    @Test
    void halfPrecisionFilesAreTaken() throws Exception {
        Path half = folder.resolve("half.safetensors");
        try (StateSource source = Safetensors.open(HUGGING_FACE)) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (String name : source.tensors().keySet()) {
                if (source.info(name).type() == TensorType.F32) {
                    float[] values = source.readFloats(name);
                    writer.add(
                            name,
                            TensorType.BF16,
                            source.info(name).shape(),
                            TensorContent.of(() -> bfloat16(values)));
                }
            }
            writer.write(half);
        }
        assertEquals(90, mask(half)[0].length);
        try (SegmentationModel tuned =
                        SegmentationModel.tune(description(6), half, Device.cpu(), 1);
                StateSource source = Safetensors.open(half)) {
            assertEquals(1, tuned.report().orElseThrow().backboneShare());
            assertArrayEquals(
                    source.readFloats("backbone.embeddings.patch_embeddings.projection.weight"),
                    StateDict.of(tuned.block())
                            .get("backbone.patch_embed.proj.weight")
                            .getArray()
                            .toFloatArray());
        }
    }

    /** The upper half of each number. */
    private static ByteBuffer bfloat16(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
        return bytes.flip();
    }

    @Test
    void otherClassesAreForTrainingOnly() {
        StateException e =
                assertThrows(
                        StateException.class,
                        () ->
                                SegmentationModel.load(description(6), HUGGING_FACE, Device.cpu())
                                        .close());
        assertTrue(
                e.getMessage().contains("for 5 classes where the model labels pixels by 6"),
                e.getMessage());
    }

    @Test
    void aClassifierIsNoWholeNetwork() throws IOException {
        Path weights = folder.resolve("classifier.safetensors");
        ModelDescription classifier =
                new ModelDescription(
                        "small",
                        description(5).network().backbone(),
                        List.of("x", "y"),
                        Preprocessing.official(64, 64));
        try (SwinModel model = SwinModel.create(classifier, Device.cpu(), 4)) {
            BlockState.write(model.block(), weights);
        }
        StateException e =
                assertThrows(
                        StateException.class,
                        () ->
                                SegmentationModel.load(description(5), weights, Device.cpu())
                                        .close());
        assertTrue(e.getMessage().contains("not hold a whole network"), e.getMessage());
    }

    @Test
    void djlFindsTheNetworksByNameAndSaysWhatFails() {
        Criteria.Builder<Image, CategoryMask> criteria =
                Criteria.builder()
                        .setTypes(Image.class, CategoryMask.class)
                        .optApplication(Application.CV.SEMANTIC_SEGMENTATION)
                        .optGroupId(SwinModelZoo.GROUP_ID)
                        .optArtifactId(SwinModelZoo.SEGMENTATION_ARTIFACT_ID)
                        .optDevice(Device.cpu())
                        .optFilter("name", "openmmlab/upernet-swin-tiny")
                        .optArgument("weights", HUGGING_FACE.toString());
        // The file is another network's: the right one is found, and refuses it.
        Exception e = assertThrows(Exception.class, () -> criteria.build().loadModel().close());
        assertTrue(messages(e).contains("of width 96"), messages(e));
        Criteria<Image, Classifications> other =
                Criteria.builder()
                        .setTypes(Image.class, Classifications.class)
                        .optApplication(Application.CV.SEMANTIC_SEGMENTATION)
                        .optGroupId(SwinModelZoo.GROUP_ID)
                        .build();
        ModelNotFoundException none =
                assertThrows(ModelNotFoundException.class, () -> other.loadModel().close());
        assertTrue(messages(none).contains("Image to CategoryMask"), messages(none));
    }

    private static String messages(Throwable e) {
        return e == null ? "" : e.getMessage() + "\n" + messages(e.getCause());
    }

    @Test
    void aFileAndPublishedWeightsContradictEachOther() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        Swin.segmentation("openmmlab/upernet-swin-tiny")
                                .weights(HUGGING_FACE)
                                .pretrained()
                                .load());
    }
}
