// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small version of {@code scripts/rehearse_imagenet.py}: our evaluation against timm's. */
class RehearsalTest {

    private static final int SIDE = 32;

    /** The network's rounding; a wrong resize or crop shows in the first digit. */
    private static final double ROUNDING = 1e-4;

    @TempDir private Path folder;

    @Test
    void countsAndLogitsAreThoseOfTimm() throws IOException {
        JsonObject golden =
                JsonParser.parseString(
                                Files.readString(TestData.file("goldens/rehearsal/validate.json")))
                        .getAsJsonObject();
        unpack(TestData.file("goldens/rehearsal/pictures.zip"), folder.resolve("set"));
        Path model = checkpoint(strings(golden.getAsJsonArray("classes")));
        Path each = folder.resolve("each.json");
        TestConsole console = new TestConsole();
        int code =
                console.run(
                        "eval",
                        "--device",
                        "cpu",
                        "--weights",
                        model.toString(),
                        "--data",
                        folder.resolve("set").toString(),
                        "--protocol",
                        "timm",
                        "--batch-size",
                        "10",
                        "--predictions",
                        each.toString(),
                        "--format",
                        "json");
        assertEquals(ExitCode.OK, code, console.err());

        JsonObject result = JsonParser.parseString(console.out()).getAsJsonObject();
        int count = golden.getAsJsonArray("pictures").size();
        int top1 = golden.get("top1Correct").getAsInt();
        assertTrue(top1 > count / 4 && top1 < count, "neither chance nor perfect: " + top1);
        assertEquals(count, result.get("count").getAsInt());
        assertEquals(top1, result.get("top1_correct").getAsInt());
        assertEquals(golden.get("top5Correct").getAsInt(), result.get("top5_correct").getAsInt());

        JsonArray pictures = JsonParser.parseString(Files.readString(each)).getAsJsonArray();
        for (int i = 0; i < count; i++) {
            JsonObject picture = pictures.get(i).getAsJsonObject();
            assertEquals(
                    golden.getAsJsonArray("pictures").get(i).getAsString(),
                    picture.get("picture").getAsString());
            JsonArray logits = golden.getAsJsonArray("logits").get(i).getAsJsonArray();
            double sum = 0;
            for (JsonElement logit : logits) {
                sum += Math.exp(logit.getAsDouble());
            }
            int label = picture.get("index").getAsInt();
            assertEquals(
                    Math.log(sum) - logits.get(label).getAsDouble(),
                    picture.get("loss").getAsDouble(),
                    ROUNDING);
            for (JsonElement element : picture.getAsJsonArray("predictions")) {
                JsonObject named = element.getAsJsonObject();
                assertEquals(
                        logits.get(named.get("index").getAsInt()).getAsDouble(),
                        named.get("logit").getAsDouble(),
                        ROUNDING,
                        picture.toString());
            }
        }
    }

    private Path checkpoint(List<String> classes) throws IOException {
        SwinConfig config =
                SwinConfig.v1()
                        .optImageSize(SIDE, SIDE)
                        .optWidth(16)
                        .optStages(List.of(2, 2), List.of(2, 4))
                        .optWindow(4)
                        .build();
        ModelDescription description =
                new ModelDescription("rehearsal", config, classes, Preprocessing.timm(SIDE, SIDE));
        Path file = TestData.file("goldens/rehearsal/model.safetensors");
        Path saved = Files.createDirectories(folder.resolve("model"));
        try (SwinModel model = SwinModel.load(description, file, Device.cpu())) {
            model.save(saved);
        }
        return saved;
    }

    private static List<String> strings(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsString).toList();
    }

    private static void unpack(Path archive, Path to) throws IOException {
        try (InputStream file = Files.newInputStream(archive);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path place = to.resolve(entry.getName());
                Files.createDirectories(place.getParent());
                Files.copy(zip, place);
            }
        }
    }
}
