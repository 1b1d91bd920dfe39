// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.swindjl.zoo.image.Interpolation;
import io.github.swindjl.zoo.image.Picture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Every operation against Pillow 13, timm and torchvision: no sample may differ by one level. */
class OperationGoldenTest {

    private static final JsonObject GOLDEN = AugmentPictures.golden("operations.json");
    private static final List<Picture> PICTURES = pictures();

    private static List<Picture> pictures() {
        List<Picture> pictures = new ArrayList<>();
        for (JsonElement element : GOLDEN.getAsJsonArray("pictures")) {
            JsonArray row = element.getAsJsonArray();
            pictures.add(
                    AugmentPictures.draw(
                            row.get(0).getAsString(),
                            row.get(1).getAsInt(),
                            row.get(2).getAsInt()));
        }
        return pictures;
    }

    @Test
    void picturesAreTheReferences() {
        assertEqual("inputs", GOLDEN.getAsJsonArray("inputs"), picture -> picture);
    }

    @Test
    void operationsOfRandAugmentEqualPillow() {
        JsonArray fill = GOLDEN.getAsJsonArray("fill");
        Fill colour =
                new Fill(fill.get(0).getAsInt(), fill.get(1).getAsInt(), fill.get(2).getAsInt());
        int cases = 0;
        for (JsonElement element : GOLDEN.getAsJsonArray("rand")) {
            JsonObject golden = element.getAsJsonObject();
            RandOperation operation =
                    Arrays.stream(RandOperation.values())
                            .filter(o -> o.label().equals(text(golden, "operation")))
                            .findFirst()
                            .orElseThrow();
            Step step = operation.step(number(golden, "argument"), filter(golden), colour);
            assertEqual(golden.toString(), golden.getAsJsonArray("crc"), step.change());
            cases++;
        }
        assertTrue(cases > 150, "cases " + cases);
    }

    @Test
    void operationsOfTrivialAugmentEqualTorchvision() {
        int cases = 0;
        for (JsonElement element : GOLDEN.getAsJsonObject("trivial").getAsJsonArray("cases")) {
            JsonObject golden = element.getAsJsonObject();
            TrivialAugment.Operation operation = trivial(text(golden, "operation"));
            Step step = operation.step(number(golden, "argument"), filter(golden));
            assertEqual(golden.toString(), golden.getAsJsonArray("crc"), step.change());
            cases++;
        }
        assertTrue(cases > 200, "cases " + cases);
    }

    @Test
    void strengthsOfTrivialAugmentEqualTorchvision() {
        JsonObject golden = GOLDEN.getAsJsonObject("trivial");
        JsonObject arguments = golden.getAsJsonObject("arguments");
        assertEquals(TrivialAugment.Operation.values().length, arguments.size());
        for (String name : arguments.keySet()) {
            JsonArray expected = arguments.getAsJsonArray(name);
            for (int bin = 0; bin < expected.size(); bin++) {
                // The last bit of torch.linspace depends on the processor's vectors.
                float strength = expected.get(bin).getAsFloat();
                assertEquals(
                        strength,
                        trivial(name).argument(bin, false),
                        Math.ulp(strength),
                        name + " " + bin);
            }
        }
    }

    @Test
    void colourJitterEqualsTorchvision() {
        for (JsonElement element : GOLDEN.getAsJsonArray("jitter")) {
            JsonObject golden = element.getAsJsonObject();
            double value = number(golden, "value");
            float factor = (float) value;
            UnaryOperator<Picture> change =
                    switch (text(golden, "operation")) {
                        case "brightness" -> picture -> Tables.brightness(picture, factor);
                        case "contrast" -> picture -> Tables.contrast(picture, factor);
                        case "saturation" -> picture -> Blend.saturation(picture, factor);
                        default -> picture -> Hue.turn(picture, value);
                    };
            assertEqual(golden.toString(), golden.getAsJsonArray("crc"), change);
        }
    }

    @Test
    void everyColourThereIsEqualsPillow() {
        JsonObject colours = GOLDEN.getAsJsonObject("colours");
        assertEquals(number(colours, "hue 0"), allColours(picture -> Hue.turn(picture, 0)));
        assertEquals(number(colours, "hue 0.3"), allColours(picture -> Hue.turn(picture, 0.3)));
        assertEquals(
                number(colours, "saturation 1.37"),
                allColours(picture -> Blend.saturation(picture, 1.37f)));
    }

    private static double allColours(UnaryOperator<Picture> change) {
        CRC32 crc = new CRC32();
        byte[] rgb = new byte[3 << 16];
        for (int red = 0; red < 256; red++) {
            for (int i = 0; i < 1 << 16; i++) {
                rgb[3 * i] = (byte) red;
                rgb[3 * i + 1] = (byte) (i >> 8);
                rgb[3 * i + 2] = (byte) i;
            }
            crc.update(change.apply(new Picture(256, 256, rgb)).rgb());
        }
        return crc.getValue();
    }

    @Test
    void noBitsLeaveNothing() {
        // timm draws 0 bits at its greatest magnitude, and Pillow 13 refuses them.
        Picture picture = AugmentPictures.draw("noise", 9, 4);
        Picture black = AugmentPictures.draw("black", 9, 4);
        assertEquals(black, Tables.posterize(picture, 0));
        assertEquals(black, Tables.posterize(picture, -3));
        assertEquals(picture, Tables.posterize(picture, 50));
    }

    private static void assertEqual(
            String name, JsonArray golden, UnaryOperator<Picture> operation) {
        assertEquals(PICTURES.size(), golden.size());
        List<String> different = new ArrayList<>();
        for (int i = 0; i < golden.size(); i++) {
            Picture before = PICTURES.get(i);
            byte[] kept = before.rgb().clone();
            Picture after = operation.apply(before);
            if (AugmentPictures.crc(after) != golden.get(i).getAsLong()) {
                different.add(GOLDEN.getAsJsonArray("pictures").get(i).toString());
            }
            assertTrue(Arrays.equals(kept, before.rgb()), "the input was changed: " + name);
        }
        assertEquals(List.of(), different, name);
    }

    private static TrivialAugment.Operation trivial(String name) {
        return Arrays.stream(TrivialAugment.Operation.values())
                .filter(o -> o.label().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Interpolation filter(JsonObject golden) {
        return Interpolation.valueOf(text(golden, "filter"));
    }

    private static String text(JsonObject object, String key) {
        return object.get(key).getAsString();
    }

    private static double number(JsonObject object, String key) {
        return object.get(key).getAsDouble();
    }
}
