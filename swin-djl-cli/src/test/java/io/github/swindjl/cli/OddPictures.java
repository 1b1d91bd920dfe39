// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures that are whole, but not what most are. */
final class OddPictures {

    private OddPictures() {}

    /** Writes a PNG: {@code thin} (20000x20), {@code dot} (1x1), {@code grey} or {@code alpha}. */
    static Path write(Path file, String kind) throws IOException {
        BufferedImage image =
                switch (kind) {
                    case "thin" -> new BufferedImage(20_000, 20, BufferedImage.TYPE_INT_RGB);
                    case "dot" -> new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
                    case "grey" -> new BufferedImage(30, 20, BufferedImage.TYPE_BYTE_GRAY);
                    case "alpha" -> new BufferedImage(30, 20, BufferedImage.TYPE_INT_ARGB);
                    default -> throw new IllegalArgumentException(kind);
                };
        image.setRGB(0, 0, 0x80102030);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }
}
