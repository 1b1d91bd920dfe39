// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Small pictures and folders of them. */
final class Pictures {

    private Pictures() {}

    /** A picture whose every pixel tells its own place: red is x, green is y, blue is 7. */
    static Picture coordinates(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                rgb[at] = (byte) x;
                rgb[at + 1] = (byte) y;
                rgb[at + 2] = 7;
            }
        }
        return new Picture(width, height, rgb);
    }

    /** Writes a PNG of one colour. */
    static void writePng(Path file, int width, int height, int rgb) throws IOException {
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }

    /** Writes {@code perClass} pictures of 8x8 pixels for each class; the colour is the number. */
    static void writeSplit(Path split, int perClass, String... classes) throws IOException {
        int number = 0;
        for (String name : classes) {
            for (int i = 0; i < perClass; i++) {
                writePng(split.resolve(name).resolve("p" + i + ".png"), 8, 8, number++ << 8);
            }
        }
    }
}
