// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Application;
import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import ai.djl.translate.NoopTranslator;
import io.github.swindjl.TestData;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.image.FitBox;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureReader;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks that label pixels, from files of every kind. */
class SegmentationModelTest {

    private static final Path HUGGING_FACE =
            TestData.file("goldens/segmentation/huggingface.checkpoint.safetensors");

    private static final String NAME = "upernet_swin_tiny_patch4_window7_512x512.ms_in1k_ade20k";

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
        assertTrue(
                e.getMessage().contains("not hold a whole segmentation network"), e.getMessage());
    }

    /** Writes the golden network as a checkpoint under some name. */
    private static Path checkpoint(String name) throws IOException {
        SegmentationDescription small = description(5);
        SegmentationDescription named =
                SegmentationDescription.of(name, small.network(), small.palette(), small.box());
        Path checkpoint = Files.createDirectories(folder.resolve(name.replace('/', '-')));
        try (SegmentationModel model = SegmentationModel.load(named, HUGGING_FACE, Device.cpu())) {
            model.save(checkpoint);
        }
        return checkpoint;
    }

    private static <I> int[][] mask(SegmentationModel model, Class<I> type, I input)
            throws Exception {
        try (Predictor<I, CategoryMask> predictor = model.newPredictor(type)) {
            return predictor.predict(input).getMask();
        }
    }

    @Test
    void everyKindOfInputIsLabelledAlike() throws Exception {
        Path file = folder.resolve("picture.png");
        ImageIO.write((BufferedImage) picture.getWrappedImage(), "png", file.toFile());
        byte[] bytes = Files.readAllBytes(file);
        try (SegmentationModel model = SegmentationModel.load(checkpoint("small"))) {
            assertArrayEquals(expected, mask(model, Path.class, file));
            assertArrayEquals(expected, mask(model, byte[].class, bytes));
            assertArrayEquals(
                    expected, mask(model, InputStream.class, new ByteArrayInputStream(bytes)));
            assertArrayEquals(expected, mask(model, Picture.class, PictureReader.read(file)));
            assertArrayEquals(expected, mask(model, Image.class, picture));
            assertMessage("comes in as one of", () -> model.newPredictor(String.class));
            assertMessage("found null, expected a Path", () -> mask(model, Path.class, null));
        }
    }

    @Test
    void aCheckpointSaysItselfWhatItIs() throws Exception {
        Path own = checkpoint(NAME);
        try (SegmentationModel model =
                Swin.segmentation(NAME).weights(own).device(Device.cpu()).load()) {
            assertEquals(List.of("a", "b", "c", "d", "e"), model.description().palette().names());
            assertArrayEquals(expected, mask(model, Image.class, picture));
        }
        Path other = checkpoint("small");
        assertMessage(
                "holds the model 'small', not '" + NAME,
                () -> Swin.segmentation(NAME).weights(other).load());
        assertMessage("does not exist", () -> SegmentationModel.load(folder.resolve("none")));
        assertMessage("no folder", () -> SegmentationModel.load(HUGGING_FACE));
    }

    @Test
    void theOtherKindOfCheckpointIsSentToItsClass() throws Exception {
        Path pixels = checkpoint("small");
        Path classes = SmallModels.checkpoint(folder.resolve("classes"), SmallModels.NAME);
        assertMessage("SegmentationModel.load or", () -> SwinModel.load(pixels));
        assertMessage(
                "SegmentationModel.load or",
                () -> Swin.model(SmallModels.NAME).weights(pixels).load());
        assertMessage("SwinModel.load or", () -> SegmentationModel.load(classes));
        assertMessage("SwinModel.load or", () -> Swin.segmentation(NAME).weights(classes).load());
    }

    @Test
    void precisionChangesWhatPredictorsCompute() throws Exception {
        Path own = checkpoint(NAME);
        ParameterStore store = new ParameterStore();
        float[][] logits = new float[2][];
        for (int i = 0; i < logits.length; i++) {
            try (SegmentationModel model =
                            Swin.segmentation(NAME)
                                    .weights(own)
                                    .precision(i == 0 ? Precision.FP32 : Precision.BF16)
                                    .device(Device.cpu())
                                    .load();
                    NDArray input = model.manager().ones(new Shape(1, 3, 64, 64));
                    NDList output =
                            model.djlModel().getBlock().forward(store, new NDList(input), false)) {
                logits[i] = output.get(0).toFloatArray();
                assertEquals(70, mask(model, Image.class, picture).length);
            }
        }
        assertNotEquals(logits[0][0], logits[1][0]);
        assertArrayEquals(logits[0], logits[1], 0.1f);
    }

    private static void assertMessage(String words, Executable executable) {
        String message = assertThrows(Exception.class, executable).getMessage();
        assertTrue(message.contains(words), message);
    }

    private static <I, O> Criteria.Builder<I, O> zoo(Class<I> input, Class<O> output) {
        return Criteria.builder()
                .setTypes(input, output)
                .optApplication(Application.CV.SEMANTIC_SEGMENTATION)
                .optGroupId(SwinModelZoo.GROUP_ID)
                .optArtifactId(SwinModelZoo.SEGMENTATION_ARTIFACT_ID)
                .optDevice(Device.cpu())
                .optFilter("name", NAME);
    }

    @Test
    void djlLabelsPicturesOfEveryKind() throws Exception {
        Path own = checkpoint(NAME);
        Path file = folder.resolve("criteria.png");
        ImageIO.write((BufferedImage) picture.getWrappedImage(), "png", file.toFile());
        Criteria<Path, CategoryMask> criteria =
                zoo(Path.class, CategoryMask.class).optArgument("weights", own.toString()).build();
        try (ZooModel<Path, CategoryMask> model = criteria.loadModel();
                Predictor<Path, CategoryMask> predictor = model.newPredictor()) {
            assertArrayEquals(expected, predictor.predict(file).getMask());
        }
        Criteria<NDList, NDList> arrays =
                zoo(NDList.class, NDList.class)
                        .optArgument("weights", own.toString())
                        .optTranslator(new NoopTranslator())
                        .build();
        try (ZooModel<NDList, NDList> model = arrays.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDArray input = model.getNDManager().ones(new Shape(1, 3, 64, 64))) {
            assertEquals(
                    new Shape(1, 5, 16, 16),
                    predictor.predict(new NDList(input)).get(0).getShape());
        }
        Criteria<Path, CategoryMask> misspelt =
                zoo(Path.class, CategoryMask.class).optArgument("weight", own.toString()).build();
        assertMessage("Did you mean weights?", misspelt::loadModel);
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
        assertTrue(messages(none).contains("results are CategoryMask"), messages(none));
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
