// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.github.swindjl.zoo.image.Preprocessing.Fit;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreprocessingTest {

    /** Transformers rounds the scale by 1/255 elsewhere; values are of order 1. */
    private static final float FLOAT_STEPS = 5e-7f;

    static List<ImageGoldens.Case> goldens() {
        return ImageGoldens.read("protocols.json");
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void equalsTheReference(ImageGoldens.Case golden) throws IOException {
        Preprocessing preprocessing =
                Preprocessing.of(
                        golden.protocol(), golden.height(), golden.width(), golden.resize());
        Picture picture = preprocessing.apply(golden.input());
        golden.check(picture);
        float[] tensor = preprocessing.normalized(picture);
        if (golden.tensorSha256() != null) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(4 * tensor.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor);
            assertEquals(golden.tensorSha256(), ImageGoldens.digest(bytes.array()));
        } else {
            for (int i = 0; i < golden.values().length; i++) {
                assertEquals(golden.values()[i], tensor[997 * i], FLOAT_STEPS);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OFFICIAL, 192, COVER, 219",
        "OFFICIAL, 224, COVER, 256",
        "OFFICIAL, 256, COVER, 292",
        "OFFICIAL, 384, SQUASH, 384",
        "OFFICIAL_CROP, 224, COVER, 256",
        "OFFICIAL_CROP, 384, COVER, 438",
        "OFFICIAL_WHOLE, 224, SQUASH, 224",
        "OFFICIAL_WHOLE, 384, SQUASH, 384",
        "TIMM, 192, COVER, 213",
        "TIMM, 224, COVER, 248",
        "TIMM, 256, COVER, 284",
        "TIMM, 384, COVER, 384",
        "HF, 224, SQUASH, 224",
        "NONE, 224, NONE, 224"
    })
    void resolvesThePublishedSizes(Protocol protocol, int size, Fit fit, int resize) {
        Preprocessing preprocessing = Preprocessing.of(protocol, size, size, 0);
        assertEquals(fit, preprocessing.fit());
        assertEquals(resize, preprocessing.resizeHeight());
        assertEquals(resize, preprocessing.resizeWidth());
    }

    /** What is not decoded must not show: one wide, one tall, one much too high for its width. */
    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"OFFICIAL", "OFFICIAL_WHOLE", "TIMM", "TORCHVISION"})
    void aFileGivesWhatItsPictureGives(Protocol protocol) throws IOException {
        for (int[] size : new int[][] {{190, 96}, {96, 190}, {61, 300}, {300, 61}, {64, 64}}) {
            BufferedImage image = new BufferedImage(size[0], size[1], BufferedImage.TYPE_3BYTE_BGR);
            for (int y = 0; y < size[1]; y++) {
                for (int x = 0; x < size[0]; x++) {
                    image.setRGB(x, y, (x * 7 ^ y * 5) << 16 | (x * y) % 256 << 8 | (x + y) % 256);
                }
            }
            for (String format : List.of("jpg", "png")) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                ImageIO.write(image, format, bytes);
                for (int side : new int[] {32, 64, 224}) {
                    Preprocessing steps = Preprocessing.of(protocol, side, side, side + side / 8);
                    PictureFile file = PictureReader.open(bytes.toByteArray(), "it." + format);
                    assertEquals(steps.apply(file.whole()), steps.apply(file));
                }
            }
        }
    }

    /** The wide, the tall and the square picture are all covered; nothing is padded. */
    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"OFFICIAL", "TIMM", "TORCHVISION", "HF"})
    void bringsAnyPictureToAnInputThatIsNotSquare(Protocol protocol) {
        Preprocessing preprocessing = Preprocessing.of(protocol, 48, 80, 52);
        for (int[] size : new int[][] {{100, 10}, {10, 100}, {7, 7}, {90, 53}, {1, 1}}) {
            byte[] white = new byte[3 * size[0] * size[1]];
            Arrays.fill(white, (byte) 255);
            Picture picture = preprocessing.apply(new Picture(size[0], size[1], white));
            byte[] expected = new byte[3 * 48 * 80];
            Arrays.fill(expected, (byte) 255);
            assertEquals(new Picture(80, 48, expected), picture, Arrays.toString(size));
        }
    }

    @Test
    void onlyNormalisesWithoutAProtocol() {
        Preprocessing preprocessing = Preprocessing.of(Protocol.NONE, 4, 6, 0);
        Picture picture = new Picture(6, 4, new byte[72]);
        assertSame(picture, preprocessing.apply(picture));
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> preprocessing.apply(new Picture(4, 6, new byte[72])))
                        .getMessage();
        assertTrue(message.contains("4x6") && message.contains("6x4"), message);
    }

    @Test
    void putsChannelsFirst() {
        Preprocessing preprocessing =
                new Preprocessing(
                        Protocol.NONE,
                        Fit.NONE,
                        1,
                        2,
                        1,
                        2,
                        Interpolation.BICUBIC,
                        List.of(0f, 0.5f, 1f),
                        List.of(1f, 2f, 0.5f));
        Picture picture = new Picture(2, 1, new byte[] {0, 0, 0, -1, -1, -1});
        float[] expected = {0f, 1f, -0.25f, 0.25f, -2f, 0f};
        assertArrayEquals(expected, preprocessing.normalized(picture));
        float[] batch = new float[8];
        preprocessing.normalize(picture, batch, 1);
        assertArrayEquals(expected, Arrays.copyOfRange(batch, 1, 7));
        assertEquals(0f, batch[7]);
        assertThrows(
                IllegalArgumentException.class,
                () -> preprocessing.normalized(new Picture(1, 1, new byte[3])));
    }

    @Test
    void survivesJson() {
        Preprocessing preprocessing = Preprocessing.official(224, 192);
        Gson gson = new Gson();
        String json = gson.toJson(preprocessing);
        assertEquals(preprocessing, gson.fromJson(json, Preprocessing.class));
        assertTrue(json.contains("\"mean\":[0.485,0.456,0.406]"), json);
    }

    @Test
    void refusesWhatCannotWork() {
        assertMessage("at least 1x1", () -> Preprocessing.official(0, 224));
        assertMessage("at least 1x1", () -> Preprocessing.of(Protocol.TORCHVISION, 224, -1, 9));
        assertMessage("torchvision", () -> Preprocessing.torchvision(224, 224, 0));
        assertMessage(
                "three means",
                () ->
                        new Preprocessing(
                                Protocol.NONE,
                                Fit.NONE,
                                1,
                                1,
                                1,
                                1,
                                Interpolation.BOX,
                                List.of(0f, 0f),
                                Preprocessing.IMAGENET_STD));
        assertMessage(
                "above 0",
                () ->
                        new Preprocessing(
                                Protocol.NONE,
                                Fit.NONE,
                                1,
                                1,
                                1,
                                1,
                                Interpolation.BOX,
                                Preprocessing.IMAGENET_MEAN,
                                List.of(1f, 0f, 1f)));
        assertMessage(
                "Cannot crop",
                () ->
                        new Preprocessing(
                                Protocol.TIMM,
                                Fit.COVER,
                                10,
                                20,
                                11,
                                20,
                                Interpolation.BOX,
                                Preprocessing.IMAGENET_MEAN,
                                Preprocessing.IMAGENET_STD));
        Picture thread = new Picture(20_000_000, 1, new byte[60_000_000]);
        assertMessage("long and thin", () -> Preprocessing.official(224, 224).apply(thread));
    }

    private static void assertMessage(String keyWord, Runnable action) {
        String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
        assertTrue(message.contains(keyWord), message);
    }

    @Test
    void anotherSizeKeepsTheProtocol() {
        assertEquals(
                Preprocessing.official(128, 128), Preprocessing.official(224, 224).at(128, 128));
        assertEquals(
                Preprocessing.official(384, 384), Preprocessing.official(224, 224).at(384, 384));
        assertEquals(
                Preprocessing.torchvision(448, 224, 232),
                Preprocessing.torchvision(224, 224, 232).at(448, 224));
        assertEquals(
                Preprocessing.torchvision(112, 112, 116),
                Preprocessing.torchvision(224, 224, 232).at(112, 112));
        Preprocessing plain = Preprocessing.timm(224, 224);
        Preprocessing other =
                new Preprocessing(
                        plain.protocol(),
                        plain.fit(),
                        plain.resizeHeight(),
                        plain.resizeWidth(),
                        224,
                        224,
                        Interpolation.BILINEAR,
                        List.of(0.5f, 0.5f, 0.5f),
                        List.of(1f, 1f, 1f));
        assertEquals(Interpolation.BILINEAR, other.at(64, 64).interpolation());
        assertEquals(List.of(1f, 1f, 1f), other.at(64, 64).std());
    }
}
