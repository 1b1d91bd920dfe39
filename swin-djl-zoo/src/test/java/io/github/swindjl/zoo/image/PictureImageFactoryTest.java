// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.modality.cv.Image;
import io.github.swindjl.TestData;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureImageFactoryTest {

    private final PictureImageFactory factory = new PictureImageFactory();

    private static List<Path> readable() throws IOException {
        try (Stream<Path> files = Files.walk(TestData.file("images"))) {
            return files.filter(Files::isRegularFile)
                    .filter(PictureImageFactoryTest::isReadable)
                    .toList();
        }
    }

    private static boolean isReadable(Path file) {
        try {
            PictureReader.read(file);
            return true;
        } catch (PictureException e) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("readable")
    void imagesHaveThePixelsOfTheReader(Path file) throws IOException {
        Picture expected = PictureReader.read(file);
        Image image = factory.fromFile(file);
        assertEquals(expected, Picture.of((BufferedImage) image.getWrappedImage()));
        Image streamed =
                factory.fromInputStream(new ByteArrayInputStream(Files.readAllBytes(file)));
        assertEquals(expected, Picture.of((BufferedImage) streamed.getWrappedImage()));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_INT_BGR,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_4BYTE_ABGR
            })
    void everyLayoutOfTheJdkGivesTheSamePixels(int type) {
        BufferedImage image = new BufferedImage(2, 1, type);
        image.setRGB(0, 0, 0xFF102030);
        image.setRGB(1, 0, 0xFFFEDCBA);
        byte[] rgb = {0x10, 0x20, 0x30, (byte) 0xFE, (byte) 0xDC, (byte) 0xBA};
        assertEquals(new Picture(2, 1, rgb), Picture.of(image));
        assertEquals(
                new Picture(1, 1, new byte[] {(byte) 0xFE, (byte) 0xDC, (byte) 0xBA}),
                Picture.of(image.getSubimage(1, 0, 1, 1)));
    }

    @Test
    void greyIsNotConverted() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 77);
        assertEquals(new Picture(1, 1, new byte[] {77, 77, 77}), Picture.of(image));
    }

    @Test
    void alphaInTheColoursIsRefused() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB_PRE);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Picture.of(image));
        assertTrue(e.getMessage().contains("Alpha"), e.getMessage());
    }

    @Test
    void otherSourcesWork() {
        Image image = factory.fromPixels(new int[] {0xFF010203}, 1, 1);
        assertEquals(
                new Picture(1, 1, new byte[] {1, 2, 3}),
                Picture.of((BufferedImage) image.getWrappedImage()));
        assertEquals(1, factory.fromImage(image.getWrappedImage()).getWidth());
    }
}
