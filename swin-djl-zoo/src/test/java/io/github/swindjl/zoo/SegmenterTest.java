// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.dense.Bilinear;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.image.FitBox;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PixelNormalizer;
import io.github.swindjl.zoo.image.Preprocessing;
import io.github.swindjl.zoo.image.Protocol;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels made a few rows at a time against those of whole maps by PyTorch's own resizing. */
class SegmenterTest {

    private static final int CLASSES = 5;
    private static final FitBox BOX = new FitBox(300, 64);
    private static final Picture PICTURE = picture(211, 157);

    private static SegmentationModel model;

    private static Picture picture(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) (128 + 100 * Math.sin(x / (7.0 + i % 3)) * Math.cos(y / 11.0));
        }
        return new Picture(width, height, rgb);
    }

    @BeforeAll
    static void create() {
        SwinConfig backbone =
                SwinConfig.v2()
                        .optWidth(16)
                        .optStages(List.of(1, 1), List.of(1, 2))
                        .optImageSize(64, 64)
                        .optWindow(4)
                        .build();
        List<String> names = List.of("a", "b", "c", "d", "e");
        model =
                SegmentationModel.create(
                        SegmentationDescription.of(
                                "small",
                                new UperNetConfig(backbone, CLASSES, 8, 8, 0.1),
                                ClassPalette.spread(names),
                                BOX),
                        Device.cpu(),
                        3);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static NDArray logits(NDManager manager, Picture fitted) {
        NDArray input =
                new PixelNormalizer(model.description().mean(), model.description().std())
                        .normalize(manager, fitted);
        NDList output =
                model.block()
                        .forward(
                                new ParameterStore(manager, false),
                                new NDList(input),
                                false,
                                ForwardOptions.of(Precision.FP32));
        output.attach(manager);
        return output.get(0);
    }

    /** The two steps to full size, (1, classes, height, width). */
    private static NDArray full(NDArray logits, Picture fitted) {
        NDArray seen = Bilinear.resize(false, logits, fitted.height(), fitted.width());
        return Bilinear.resize(false, seen, PICTURE.height(), PICTURE.width());
    }

    private static void assertNearlyEqual(NDArray scores, byte[] found) {
        long[] expected = scores.squeeze(0).argMax(0).toLongArray();
        assertEquals(expected.length, found.length);
        int differing = 0;
        long[] seen = new long[CLASSES];
        for (int i = 0; i < found.length; i++) {
            differing += expected[i] == found[i] ? 0 : 1;
            seen[found[i]]++;
        }
        assertTrue(seen[found[0]] < found.length, "one class everywhere");
        // Ties within rounding may fall either way.
        assertTrue(differing <= found.length / 2000, "pixels that differ: " + differing);
    }

    private static byte[] labels(InferenceProtocol protocol) {
        return model.segmenter(protocol, Precision.FP32).labels(PICTURE);
    }

    @Test
    void theWholePictureGoesThroughTwoResizes() {
        try (NDManager manager = model.manager().newSubManager()) {
            Picture fitted = BOX.apply(PICTURE);
            assertNearlyEqual(
                    full(logits(manager, fitted), fitted), labels(InferenceProtocol.whole(BOX)));
        }
    }

    @Test
    void probabilitiesOfScalesAndMirrorImagesAreAveraged() {
        try (NDManager manager = model.manager().newSubManager()) {
            NDArray sum = null;
            for (double scale : List.of(0.5, 0.75, 1.0, 1.25, 1.5, 1.75)) {
                Picture fitted = BOX.scaled(scale).apply(PICTURE);
                NDArray plain = full(logits(manager, fitted), fitted).softmax(1);
                NDArray mirrored =
                        full(logits(manager, fitted.flipHorizontal()), fitted).softmax(1).flip(3);
                sum = sum == null ? plain.add(mirrored) : sum.add(plain).add(mirrored);
            }
            assertNearlyEqual(sum, labels(InferenceProtocol.whole(BOX).multiScale()));
        }
    }

    @Test
    void overlappingWindowsAverageLogits() {
        try (NDManager manager = model.manager().newSubManager()) {
            Picture fitted = BOX.apply(PICTURE);
            NDArray sum = manager.zeros(new Shape(1, CLASSES, fitted.height(), fitted.width()));
            NDArray visits = manager.zeros(new Shape(1, 1, fitted.height(), fitted.width()));
            for (int[] rows : Segmenter.spans(fitted.height(), 40, 26)) {
                for (int[] columns : Segmenter.spans(fitted.width(), 40, 26)) {
                    Picture part = fitted.crop(columns[0], rows[0], 40, 40);
                    NDArray one = Bilinear.resize(false, logits(manager, part), 40, 40);
                    String place =
                            ":, :, %d:%d, %d:%d"
                                    .formatted(rows[0], rows[1], columns[0], columns[1]);
                    sum.set(new NDIndex(place), sum.get(place).add(one));
                    visits.set(new NDIndex(place), visits.get(place).add(1));
                }
            }
            NDArray scores =
                    Bilinear.resize(false, sum.div(visits), PICTURE.height(), PICTURE.width());
            assertNearlyEqual(scores, labels(InferenceProtocol.whole(BOX).slide(40, 26)));
        }
    }

    @Test
    void theBackboneTakesTheWeightsOfAClassifier(@TempDir Path folder) throws IOException {
        SwinConfig backbone = model.description().network().backbone();
        ModelDescription classifier =
                new ModelDescription(
                        "small",
                        backbone,
                        List.of("x", "y"),
                        Preprocessing.of(Protocol.HF, 64, 64, 0));
        try (SwinModel trained = SwinModel.create(classifier, Device.cpu(), 9)) {
            trained.save(folder);
            Path weights = folder.resolve(SwinModel.WEIGHTS_FILE);
            try (SegmentationModel tuned =
                    SegmentationModel.tune(model.description(), weights, Device.cpu(), 3)) {
                assertEquals(1, tuned.report().orElseThrow().backboneShare());
                for (String name :
                        List.of(
                                "patch_embed.proj.weight",
                                "layers.1.blocks.0.attn.qkv.weight",
                                "layers.0.downsample.reduction.weight")) {
                    assertArrayEquals(
                            values(trained.block(), name),
                            values(tuned.block(), "backbone." + name),
                            name);
                }
                String head = "decode_head.bottleneck.conv.weight";
                assertArrayEquals(values(model.block(), head), values(tuned.block(), head));
            }
        }
    }

    private static float[] values(Block block, String name) {
        return StateDict.of(block).get(name).getArray().toFloatArray();
    }

    @Test
    void theLastWindowIsMovedBackInside() {
        List<int[]> spans = Segmenter.spans(683, 512, 341);
        assertEquals(2, spans.size());
        assertArrayEquals(new int[] {0, 512}, spans.get(0));
        assertArrayEquals(new int[] {171, 683}, spans.get(1));
        assertArrayEquals(new int[] {0, 300}, Segmenter.spans(300, 512, 341).get(0));
    }

    @Test
    void djlUsersGetACategoryMask() throws Exception {
        BufferedImage image =
                new BufferedImage(PICTURE.width(), PICTURE.height(), BufferedImage.TYPE_3BYTE_BGR);
        for (int i = 0; i < PICTURE.width() * PICTURE.height(); i++) {
            byte[] rgb = PICTURE.rgb();
            image.setRGB(
                    i % PICTURE.width(),
                    i / PICTURE.width(),
                    (rgb[3 * i] & 0xFF) << 16
                            | (rgb[3 * i + 1] & 0xFF) << 8
                            | rgb[3 * i + 2] & 0xFF);
        }
        assertMask(ImageFactory.getInstance().fromImage(image));
    }

    private static void assertMask(Image image) throws Exception {
        try (Predictor<Image, CategoryMask> predictor = model.newPredictor()) {
            CategoryMask mask = predictor.predict(image);
            assertEquals(List.of("a", "b", "c", "d", "e"), mask.getClasses());
            byte[] expected = labels(InferenceProtocol.whole(BOX));
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], mask.getMask()[i / PICTURE.width()][i % PICTURE.width()]);
            }
        }
    }

    /** As an image factory of other libraries makes them. */
    @Test
    void imagesNeedNotWrapTheJdks() throws Exception {
        assertMask(
                (Image)
                        Proxy.newProxyInstance(
                                Image.class.getClassLoader(),
                                new Class<?>[] {Image.class},
                                (proxy, method, arguments) ->
                                        switch (method.getName()) {
                                            case "getWrappedImage" -> "a matrix";
                                            case "getWidth" -> PICTURE.width();
                                            case "getHeight" -> PICTURE.height();
                                            case "toNDArray" -> pixels((NDManager) arguments[0]);
                                            default -> throw new AssertionError(method);
                                        }));
    }

    private static NDArray pixels(NDManager manager) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(PICTURE.rgb().length);
        bytes.put(PICTURE.rgb()).flip();
        Shape shape = new Shape(PICTURE.height(), PICTURE.width(), 3);
        return manager.create(bytes, shape, DataType.UINT8);
    }
}
