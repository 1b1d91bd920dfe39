// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import io.github.swindjl.zoo.weights.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Keeps drawings as PNG. */
public final class Png {

    private Png() {}

    /**
     * Encodes a drawing.
     *
     * @param image what to encode
     * @return a PNG file's content
     */
    public static byte[] encode(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IllegalArgumentException("PNG cannot hold this image: " + image + ".");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed.", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Writes a drawing to a file, which is either complete or not there.
     *
     * @param image what to write
     * @param file where to; replaced when it exists
     * @throws IOException if the file cannot be written
     */
    public static void write(BufferedImage image, Path file) throws IOException {
        byte[] png = encode(image);
        AtomicFile.write(file, channel -> Channels.newOutputStream(channel).write(png));
    }
}
