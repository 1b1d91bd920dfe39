// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.Gson;
import io.github.swindjl.TestData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The results of Pillow, torchvision, timm and Transformers that scripts/ has recorded. */
final class ImageGoldens {

    private ImageGoldens() {}

    /** One recorded result; what a file of goldens does not have is null or 0. */
    record Case(
            String file,
            Interpolation filter,
            double[] box,
            Protocol protocol,
            int resize,
            int width,
            int height,
            String sha256,
            String rgb,
            String tensorSha256,
            float[] values) {

        Picture input() throws IOException {
            return PictureReader.read(image(file));
        }

        /** Compares a picture with the recorded one, value by value where it was stored whole. */
        void check(Picture actual) {
            assertEquals(width + "x" + height, actual.width() + "x" + actual.height(), toString());
            if (rgb != null) {
                assertEquals(rgb, HexFormat.of().formatHex(actual.rgb()), toString());
            }
            assertEquals(sha256, digest(actual.rgb()), toString());
        }

        @Override
        public String toString() {
            String how = filter != null ? filter.name() : String.valueOf(protocol);
            String part = box == null ? "" : " box " + Arrays.toString(box);
            return file + " " + how + " to " + width + "x" + height + " " + resize + part;
        }
    }

    private record Document(List<Case> cases) {}

    static List<Case> read(String name) {
        try {
            Path file = TestData.file("goldens/images/" + name);
            List<Case> cases = new Gson().fromJson(Files.readString(file), Document.class).cases();
            assertFalse(cases.isEmpty(), name + " has no cases");
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path image(String name) {
        return TestData.file("images").resolve(name);
    }

    static String digest(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
