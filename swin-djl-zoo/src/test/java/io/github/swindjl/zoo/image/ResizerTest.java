// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResizerTest {

    static List<ImageGoldens.Case> goldens() {
        return ImageGoldens.read("resize.json");
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void equalsPillow(ImageGoldens.Case golden) throws IOException {
        Picture input = golden.input();
        Picture output =
                golden.box() == null
                        ? Resizer.resize(input, golden.width(), golden.height(), golden.filter())
                        : Resizer.resize(
                                input,
                                golden.box()[0],
                                golden.box()[1],
                                golden.box()[2],
                                golden.box()[3],
                                golden.width(),
                                golden.height(),
                                golden.filter());
        golden.check(output);
    }

    /** Both orders of the passes, enlarging and shrinking, at each border and within. */
    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void computesAPartAsItIsInTheWhole(Interpolation interpolation) {
        Picture input = noise(31, 47);
        int[][] sizes = {{13, 40}, {31, 9}, {60, 90}, {70, 5}, {31, 47}};
        int[][] corners = {{0, 0}, {3, 1}, {8, 0}};
        for (int[] size : sizes) {
            Picture whole = Resizer.resize(input, size[0], size[1], interpolation);
            for (int[] corner : corners) {
                int width = size[0] - corner[0] - corner[1];
                int height = size[1] - corner[1];
                assertEquals(
                        whole.crop(corner[0], corner[1], width, height),
                        Resizer.resizeAndCrop(
                                input,
                                size[0],
                                size[1],
                                interpolation,
                                corner[0],
                                corner[1],
                                width,
                                height),
                        Arrays.toString(size) + Arrays.toString(corner));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void keepsAPlainColour(Interpolation interpolation) {
        byte[] rgb = new byte[3 * 19 * 23];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i % 3 == 0 ? 255 : i % 3 == 1 ? 0 : 77);
        }
        Picture output = Resizer.resize(new Picture(19, 23, rgb), 7, 41, interpolation);
        assertEquals(new Picture(7, 41, Arrays.copyOf(repeat(rgb, 7 * 41), 3 * 7 * 41)), output);
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void returnsTheInputWhereNothingChanges(Interpolation interpolation) {
        Picture input = noise(5, 4);
        assertSame(input, Resizer.resize(input, 5, 4, interpolation));
    }

    @ParameterizedTest
    @CsvSource({
        "-0.5,0,3,3",
        "0,-1,3,3",
        "0,0,5.5,3",
        "0,0,3,4.1",
        "2,0,2,3",
        "0,3,3,2",
        "NaN,0,3,3"
    })
    void refusesARectangleOutside(double x0, double y0, double x1, double y1) {
        Picture input = noise(5, 4);
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        Resizer.resize(
                                                input, x0, y0, x1, y1, 2, 2, Interpolation.BOX))
                        .getMessage();
        assertTrue(message.contains("5x4") && message.contains("inside"), message);
    }

    @Test
    void refusesImpossibleSizes() {
        Picture input = noise(5, 4);
        for (int[] size : new int[][] {{0, 3}, {3, 0}, {-1, 3}, {100_000, 100_000}}) {
            String message =
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () ->
                                            Resizer.resize(
                                                    input, size[0], size[1], Interpolation.BOX))
                            .getMessage();
            assertTrue(message.contains(size[0] + "x" + size[1]), message);
        }
    }

    private static byte[] repeat(byte[] pixels, int count) {
        byte[] out = new byte[3 * count];
        for (int i = 0; i < out.length; i++) {
            out[i] = pixels[i % 3];
        }
        return out;
    }

    private static Picture noise(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new SplittableRandom(width * 1000L + height).nextBytes(rgb);
        return new Picture(width, height, rgb);
    }
}
