// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes pictures as {@code <root>/<split>/<class>/<number>.png}. Not thread-safe. */
final class PictureSink {

    private final Path root;
    private final Map<String, Integer> counts = new HashMap<>();

    PictureSink(Path root) {
        this.root = root;
    }

    /** Writes the next picture of a split. */
    void add(String split, String label, BufferedImage picture) throws IOException {
        int number = counts.merge(split, 1, Integer::sum) - 1;
        Path folder = root.resolve(split).resolve(label);
        Files.createDirectories(folder);
        Path file = folder.resolve(String.format(Locale.ROOT, "%05d.png", number));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            ImageIO.write(picture, "png", stream);
        }
    }
}
