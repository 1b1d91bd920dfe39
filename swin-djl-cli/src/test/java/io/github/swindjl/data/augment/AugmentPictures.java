// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.zoo.image.Picture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.zip.CRC32;

/** The pictures of {@code make_augment_goldens.py}, drawn by the same formulas. */
final class AugmentPictures {

    private AugmentPictures() {}

    static JsonObject golden(String name) {
        try {
            return JsonParser.parseString(
                            Files.readString(TestData.file("goldens/augment/" + name)))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Picture draw(String kind, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[at++] = (byte) value(kind, x, y, c, width, height);
                }
            }
        }
        return new Picture(width, height, rgb);
    }

    private static int value(String kind, int x, int y, int c, int width, int height) {
        long mixed = (x * 7919L + y * 104729L + c * 1299709L + 12345) * 2654435761L;
        int noise = (int) ((mixed & 0xFFFFFFFFL) >> 24);
        return switch (kind) {
            case "noise" -> noise;
            case "grey" -> 100 + (3 * x + 2 * y) % 60;
            case "greyish" -> 90 + (x + y) % 40 + noise % 4;
            case "smooth" ->
                    (255 * x / Math.max(1, width - 1) * (c + 1) + 255 * y / Math.max(1, height - 1))
                            / (c + 2);
            case "flat" -> 200 - 40 * c;
            case "black" -> 0;
            case "two" -> (x / 3 + y / 2) % 2 == 0 ? 30 + c : 220 - c;
            default -> throw new IllegalArgumentException(kind);
        };
    }

    static long crc(Picture picture) {
        CRC32 crc = new CRC32();
        crc.update(picture.rgb());
        return crc.getValue();
    }
}
