// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureTest {

    /** Three columns, two rows; every byte is different. */
    private static Picture sample() {
        byte[] rgb = new byte[18];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i + 1);
        }
        return new Picture(3, 2, rgb);
    }

    @Test
    void mirrorsPixelsNotChannels() {
        byte[] expected = {7, 8, 9, 4, 5, 6, 1, 2, 3, 16, 17, 18, 13, 14, 15, 10, 11, 12};
        assertArrayEquals(expected, sample().flipHorizontal().rgb());
        assertEquals(sample(), sample().flipHorizontal().flipHorizontal());
    }

    @Test
    void cropsARectangle() {
        Picture part = sample().crop(1, 1, 2, 1);
        assertEquals(new Picture(2, 1, new byte[] {13, 14, 15, 16, 17, 18}), part);
        Picture whole = sample();
        assertSame(whole, whole.crop(0, 0, 3, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "-1,0,1,1",
        "0,-1,1,1",
        "0,0,4,1",
        "0,0,1,3",
        "2,0,2,1",
        "0,1,1,2",
        "0,0,0,1",
        "0,0,1,0",
        "1,0,2147483647,1"
    })
    void refusesARectangleOutside(int x, int y, int w, int h) {
        Picture picture = sample();
        String message =
                assertThrows(IllegalArgumentException.class, () -> picture.crop(x, y, w, h))
                        .getMessage();
        assertTrue(message.contains("3x2") && message.contains("inside"), message);
    }

    @Test
    void refusesAWrongNumberOfBytes() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> new Picture(2, 2, new byte[11]))
                        .getMessage();
        assertTrue(message.contains("12 bytes") && message.contains("11"), message);
        // 3 * 65536 * 65536 overflows to 0.
        assertThrows(IllegalArgumentException.class, () -> new Picture(65536, 65536, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> new Picture(0, 5, new byte[0]));
    }

    @Test
    void comparesSizeAndPixels() {
        byte[] rgb = new byte[12];
        assertEquals(new Picture(2, 2, rgb), new Picture(2, 2, rgb.clone()));
        assertEquals(new Picture(2, 2, rgb).hashCode(), new Picture(2, 2, rgb.clone()).hashCode());
        assertNotEquals(new Picture(2, 2, rgb), new Picture(4, 1, rgb));
        assertEquals("Picture[2x2]", new Picture(2, 2, rgb).toString());
    }

    @Test
    void centreCropRoundsHalfToEven() {
        // Margins of 1, 3, 5 and 7 pixels: torchvision starts at 0, 2, 2 and 4.
        assertEquals(0, Crops.offset(5, 4));
        assertEquals(2, Crops.offset(7, 4));
        assertEquals(2, Crops.offset(9, 4));
        assertEquals(4, Crops.offset(11, 4));
        assertEquals(sample().crop(1, 0, 1, 1), Crops.center(sample(), 1, 1));
        assertThrows(IllegalArgumentException.class, () -> Crops.center(sample(), 4, 2));
    }
}
