// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.data.RealLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reassessed labels against timm's count. */
class RealLabelsGoldenTest {

    private static final int CLASSES = 1000;
    private static final int OFFICIAL = 50_000;

    @TempDir private Path folder;

    @Test
    void countsAreThoseOfTimm() throws IOException {
        JsonObject golden =
                JsonParser.parseString(Files.readString(TestData.file("goldens/labels/real.json")))
                        .getAsJsonObject();
        JsonArray labels = golden.getAsJsonArray("labels");
        int pictures = labels.size();
        for (int i = pictures; i < OFFICIAL; i++) {
            labels.add(new JsonArray());
        }
        RealLabels real =
                RealLabels.read(Files.writeString(folder.resolve("real.json"), labels.toString()));
        ClassificationMetrics metrics =
                new ClassificationMetrics(
                        IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList());
        for (int i = 0; i < pictures; i++) {
            int[] right = real.of(String.format(Locale.ROOT, "ILSVRC2012_val_%08d.JPEG", i + 1));
            if (right.length > 0) {
                metrics.add(Outcome.ofAny(logits(i), 0, CLASSES, right));
            }
        }
        ClassificationResult result = metrics.result();
        assertEquals(golden.get("judged").getAsLong(), result.count());
        assertTrue(result.count() < pictures && result.top1Correct() < result.top5Correct());
        assertEquals(golden.get("top1").getAsDouble(), 100 * result.top1(), 1e-12);
        assertEquals(golden.get("top5").getAsDouble(), 100 * result.top5(), 1e-12);
    }

    private static float[] logits(int picture) {
        float[] logits = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            logits[c] = (picture + 1) * 7919L * (c + 1) * 104729L % 1000003;
        }
        return logits;
    }
}
