// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static io.github.swindjl.eval.ClassificationMetricsTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationRunTest {

    private static final Map<String, String> SETUP = setup("swin_tiny");
    private static final int SAMPLES = 101;

    @TempDir private Path dir;

    @Test
    void whatIsReadEqualsWhatWasWritten() throws IOException {
        EvaluationRun run = EvaluationRun.of(SETUP, new Shard(2, 3), result(new Shard(2, 3)));
        Path file = dir.resolve("two.json");
        EvaluationJson.write(run, file);
        assertEquals(run, EvaluationJson.read(file));
        assertEquals(List.of("model", "data \"x\""), List.copyOf(run.setup().keySet()));

        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertEquals(run.result().top1(), json.get("top1").getAsDouble());
        assertEquals(run.result().loss(), json.get("loss").getAsDouble());
        try (var files = Files.list(dir)) {
            assertEquals(List.of(file), files.toList(), "nothing half-written is left");
        }
    }

    @Test
    void anEvaluationWithoutSamplesHasNoRatios() throws IOException {
        EvaluationRun run =
                EvaluationRun.of(
                        SETUP, Shard.WHOLE, new ClassificationMetrics(List.of("a")).result());
        Path file = dir.resolve("empty.json");
        EvaluationJson.write(run, file);
        assertTrue(Files.readString(file).contains("\"top1\": null"));
        assertEquals(run, EvaluationJson.read(file));
    }

    @Test
    void shardsReadFromFilesMergeToTheWholeInAnyOrder() throws IOException {
        List<EvaluationRun> shards = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Shard shard = new Shard(i, 3);
            Path file = dir.resolve(i + ".json");
            EvaluationJson.write(EvaluationRun.of(SETUP, shard, result(shard)), file);
            shards.add(EvaluationJson.read(file));
        }
        EvaluationRun part = shards.get(2).merge(shards.get(0));
        assertFalse(part.complete());
        assertEquals(Set.of(2), part.missing());
        EvaluationRun all = part.merge(shards.get(1));
        assertTrue(all.complete());
        assertEquals(all, shards.get(0).merge(shards.get(1)).merge(shards.get(2)));
        assertEquals(result(Shard.WHOLE), all.result());
    }

    @Test
    void whatDoesNotBelongTogetherIsNotMerged() {
        EvaluationRun one = EvaluationRun.of(SETUP, new Shard(1, 2), result(new Shard(1, 2)));
        assertMessage("Shard 1/2 is in both", () -> one.merge(one));
        EvaluationRun third = EvaluationRun.of(SETUP, new Shard(3, 3), result(new Shard(3, 3)));
        assertMessage("2 shards, the other of 3", () -> one.merge(third));
        EvaluationRun other =
                EvaluationRun.of(setup("swin_base"), new Shard(2, 2), result(new Shard(2, 2)));
        assertMessage(
                "model is 'swin_tiny' in one and 'swin_base' in the other", () -> one.merge(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"version\": 2|\"version\": 1|version 1, expected",
                "swin-djl-evaluation|something|format 'something'",
                "\"top5_correct\":|\"wrong\":|no 'top5_correct'",
                "\"support\":|\"support\":1|disagree with the confusion matrix",
                "\"loss_sum\": |\"loss_sum\": NaN|no valid JSON at line 16",
                "\"correct\":|\"correct\":1|samples is not possible",
                "\"indices\":[2]|\"indices\":[4]|not some of 1 to 3",
            })
    void aDamagedFileIsRefused(String from, String to, String message) throws IOException {
        String json =
                EvaluationJson.toJson(
                        EvaluationRun.of(SETUP, new Shard(2, 3), result(new Shard(2, 3))));
        assertTrue(json.contains(from), "the damage must happen");
        assertRefused(json.replace(from, to), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"format\":", "no json", "{}"})
    void aFileThatIsNoResultIsRefused(String text) throws IOException {
        assertRefused(text, "no evaluation result");
        Files.write(dir.resolve("binary"), new byte[] {(byte) 0xff, 0, (byte) 0xc0});
        assertThrows(IOException.class, () -> EvaluationJson.read(dir.resolve("binary")));
        assertThrows(NoSuchFileException.class, () -> EvaluationJson.read(dir.resolve("none")));
    }

    @Test
    void shardsDealOutEverySampleOnce() {
        for (int sample = 0; sample < 20; sample++) {
            int s = sample;
            assertEquals(
                    1,
                    IntStream.rangeClosed(1, 3).filter(i -> new Shard(i, 3).contains(s)).count());
        }
        assertEquals(new Shard(2, 8), Shard.parse("2/8"));
        assertEquals("2/8", Shard.parse("2/8").toString());
        for (String wrong : List.of("0/3", "4/3", "1/0", "1", "a/b", "-1/2", "1/2/3", "")) {
            assertMessage("expected I/N", () -> Shard.parse(wrong));
        }
    }

    private void assertRefused(String json, String message) throws IOException {
        Path file = dir.resolve("damaged.json");
        Files.writeString(file, json);
        IOException e = assertThrows(IOException.class, () -> EvaluationJson.read(file));
        assertTrue(e.getMessage().contains("damaged.json"), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static Map<String, String> setup(String model) {
        Map<String, String> setup = new LinkedHashMap<>();
        setup.put("model", model);
        setup.put("data \"x\"", "<ü>");
        return setup;
    }

    private static ClassificationResult result(Shard shard) {
        Random random = new Random(5);
        ClassificationMetrics metrics =
                new ClassificationMetrics(List.of("ä \"1\"", "<b>", "c,d", "e", "f", "g", "h"));
        for (int n = 0; n < SAMPLES; n++) {
            float[] logits = new float[7];
            for (int c = 0; c < logits.length; c++) {
                logits[c] = (float) random.nextGaussian();
            }
            int label = random.nextInt(7);
            if (shard.contains(n)) {
                metrics.add(logits, 7, new int[] {label});
            }
        }
        return metrics.result();
    }
}
