// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class PixelNormalizerTest {

    @Test
    void equalsTheJavaFormToTheLastBit() {
        byte[] rgb = new byte[3 * 16 * 48];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3);
        }
        Picture picture = new Picture(48, 16, rgb);
        Preprocessing preprocessing =
                Preprocessing.of(Protocol.NONE, picture.height(), picture.width(), 0);
        PixelNormalizer normalizer = new PixelNormalizer(preprocessing.mean(), preprocessing.std());
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray images = normalizer.normalize(manager, picture);
            assertEquals(new Shape(1, 3, 16, 48), images.getShape());
            assertArrayEquals(preprocessing.normalized(picture), images.toFloatArray());
        }
    }
}
