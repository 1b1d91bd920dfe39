// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.zoo.image.CvResize;
import io.github.swindjl.zoo.image.Picture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Resizing and colours against OpenCV 4 and mmsegmentation's formulas. */
class ChangeGoldenTest {

    private final JsonObject golden = golden();

    private static JsonObject golden() {
        try {
            return JsonParser.parseString(
                            Files.readString(TestData.file("goldens/segment/changes.json")))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Picture noise(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    long mixed = (x * 7919L + y * 104729L + c * 1299709L + 12345) * 2654435761L;
                    rgb[at++] = (byte) ((mixed & 0xFFFFFFFFL) >> 24);
                }
            }
        }
        return new Picture(width, height, rgb);
    }

    static LabelMap firstChannel(Picture picture) {
        byte[] labels = new byte[picture.width() * picture.height()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = picture.rgb()[3 * i];
        }
        return new LabelMap(picture.width(), picture.height(), labels);
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    @Test
    void resizedPicturesAndMasksEqualOpenCv() {
        int cases = 0;
        for (JsonElement element : golden.getAsJsonArray("resizes")) {
            JsonObject one = element.getAsJsonObject();
            Picture picture =
                    noise(
                            one.getAsJsonArray("from").get(0).getAsInt(),
                            one.getAsJsonArray("from").get(1).getAsInt());
            int width = one.getAsJsonArray("to").get(0).getAsInt();
            int height = one.getAsJsonArray("to").get(1).getAsInt();
            assertEquals(
                    one.get("bilinear").getAsLong(),
                    crc(CvResize.bilinear(picture, width, height).rgb()),
                    () -> "bilinear " + one);
            assertEquals(
                    one.get("nearest").getAsLong(),
                    crc(firstChannel(picture).resize(width, height).labels()),
                    () -> "nearest " + one);
            cases++;
        }
        assertTrue(cases > 60, "cases " + cases);
    }

    @Test
    void everyColourHasOpenCvsHueSaturationAndValue() {
        CRC32 crc = new CRC32();
        byte[] row = new byte[3 * 256];
        for (int red = 0; red < 256; red++) {
            for (int green = 0; green < 256; green++) {
                for (int blue = 0; blue < 256; blue++) {
                    int hsv = Hsv.of(red, green, blue);
                    row[3 * blue] = (byte) (hsv >> 16);
                    row[3 * blue + 1] = (byte) (hsv >> 8);
                    row[3 * blue + 2] = (byte) hsv;
                }
                crc.update(row);
            }
        }
        assertEquals(golden.get("hsv").getAsLong(), crc.getValue());
    }

    @Test
    void distortedColoursEqualTheReference() {
        Picture picture = noise(32, 12);
        int differing = 0;
        for (JsonElement element : golden.getAsJsonArray("distortions")) {
            JsonObject one = element.getAsJsonObject();
            boolean keepsSaturation = one.get("saturation").isJsonNull();
            boolean keepsHue = one.get("hue").isJsonNull();
            PhotometricDistortion drawn =
                    new PhotometricDistortion(
                            one.get("brightness").getAsFloat(),
                            one.get("contrast_first").getAsBoolean(),
                            one.get("contrast").getAsFloat(),
                            keepsSaturation ? Float.NaN : one.get("saturation").getAsFloat(),
                            keepsHue ? PhotometricDistortion.NO_HUE : one.get("hue").getAsInt());
            byte[] expected = HexFormat.of().parseHex(one.get("rgb").getAsString());
            byte[] found = drawn.apply(picture).rgb();
            int here = 0;
            for (int i = 0; i < expected.length; i++) {
                here += expected[i] == found[i] ? 0 : 1;
            }
            if (keepsSaturation && keepsHue) {
                assertEquals(0, here, () -> "samples that differ of " + drawn);
            }
            differing += here;
        }
        // Of all colours 409 in 11.8 million come back from HSV with one level's difference.
        assertTrue(differing <= 3, "samples that differ: " + differing);
    }
}
