// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.TestData;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

    private static JsonObject golden() throws IOException {
        return JsonParser.parseString(
                        Files.readString(TestData.file("goldens/training/schedules.json")))
                .getAsJsonObject();
    }

    private static Schedule schedule(String name, JsonObject golden, int group) {
        double peak = golden.getAsJsonArray("peakRates").get(group).getAsDouble();
        long updates = golden.get("updates").getAsLong();
        long warmup = golden.get("warmupUpdates").getAsLong();
        boolean prefix = golden.get("warmupPrefix").getAsBoolean();
        long length = prefix ? updates - warmup : updates;
        Schedule.Curve curve =
                switch (name.split("_")[0]) {
                    case "cosine" ->
                            new Schedule.Cosine(golden.get("minimumRate").getAsDouble(), length);
                    case "linear" ->
                            new Schedule.Linear(
                                    golden.get("minimumFractionOfPeak").getAsDouble(), length);
                    case "step" ->
                            new Schedule.Step(
                                    golden.get("decayUpdates").getAsLong(),
                                    golden.get("decayRate").getAsDouble());
                    default ->
                            new Schedule.MultiStep(
                                    golden.getAsJsonArray("milestones").asList().stream()
                                            .map(JsonElement::getAsLong)
                                            .toList(),
                                    golden.get("decayRate").getAsDouble());
                };
        return new Schedule(peak, golden.get("warmupRate").getAsDouble(), warmup, prefix, curve);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cosine",
                "cosine_groups",
                "cosine_without_warmup",
                "cosine_from_the_start",
                "linear",
                "step",
                "step_after_warmup",
                "multistep"
            })
    void equalsTheReference(String name) throws IOException {
        JsonObject golden = golden().getAsJsonObject("schedules").getAsJsonObject(name);
        JsonArray rates = golden.getAsJsonArray("ratesByUpdate");
        assertTrue(rates.size() > 70);
        for (int t = 0; t < rates.size(); t++) {
            JsonArray groups = rates.get(t).getAsJsonArray();
            for (int group = 0; group < groups.size(); group++) {
                double expected = groups.get(group).getAsDouble();
                assertEquals(
                        expected,
                        schedule(name, golden, group).at(t),
                        1e-12 * Math.abs(expected),
                        "update " + t + " group " + group);
            }
        }
    }

    @Test
    void everyScheduleOfTheReferenceIsCompared() throws IOException {
        assertEquals(8, golden().getAsJsonObject("schedules").size());
    }

    @Test
    void followsTheFormula() {
        Schedule schedule = new Schedule(1, 0.2, 4, true, new Schedule.Cosine(0.1, 8));
        assertEquals(0.2, schedule.at(0));
        assertEquals(0.6, schedule.at(2), 1e-15);
        assertEquals(1, schedule.at(4));
        assertEquals(0.55, schedule.at(8), 1e-15);
        assertEquals(0.1, schedule.at(12));
        assertEquals(0.1, schedule.at(1000));
    }

    @Test
    void everyUpdateUsesTheRateOfTheReferenceLoop() throws IOException {
        int compared = 0;
        for (JsonElement element : golden().getAsJsonArray("loops")) {
            JsonObject loop = element.getAsJsonObject();
            int batches = loop.get("batchesPerEpoch").getAsInt();
            int accumulate = loop.get("accumulation").getAsInt();
            long perEpoch = batches / accumulate;
            Schedule schedule =
                    new Schedule(
                            loop.get("peakRate").getAsDouble(),
                            loop.get("warmupRate").getAsDouble(),
                            perEpoch * loop.get("warmupEpochs").getAsInt(),
                            true,
                            new Schedule.Cosine(
                                    loop.get("minimumRate").getAsDouble(),
                                    perEpoch
                                            * (loop.get("epochs").getAsInt()
                                                    - loop.get("warmupEpochs").getAsInt())));
            JsonArray used = loop.getAsJsonArray("usedByUpdates");
            for (int update = 0; update < used.size(); update++) {
                double expected = used.get(update).getAsDouble();
                assertEquals(
                        expected,
                        schedule.forUpdate(update, batches, accumulate),
                        1e-12 * expected,
                        batches + " batches, update " + update);
                compared++;
            }
        }
        assertEquals(70, compared);
    }

    @Test
    void scalesWithThePicturesPerUpdate() {
        TrainConfig config =
                TrainConfig.defaults()
                        .with(
                                List.of(
                                        "training.batch_size=128",
                                        "training.accumulate=16",
                                        "training.epochs=300",
                                        "optimizer.lr=5e-4",
                                        "optimizer.reference_batch=512",
                                        "schedule.warmup_epochs=20",
                                        "schedule.warmup_lr=5e-7",
                                        "schedule.min_lr=5e-6"));
        assertEquals(
                new Schedule(2e-3, 2e-6, 200, true, new Schedule.Cosine(2e-5, 2800)),
                Schedule.of(config, 10));
        assertEquals(15, Schedule.of(config.with("schedule.warmup_epochs", "1.5"), 10).warmup());
        RateScaling scaling = RateScaling.of(config);
        assertEquals(2048, scaling.effectiveBatch());
        assertEquals(4, scaling.factor());
        assertEquals(
                "Peak learning rate 0.002000 = 0.0005000 x (128 pictures x 16 passes x 1 process /"
                        + " 512)",
                scaling.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schedule.warmup_prefix=false | Cosine[minimum=5.0E-6, length=40]",
                "schedule.kind=linear | Linear[share=0.01, length=30]",
                "schedule.kind=step | Step[every=25, factor=0.5]",
                "schedule.kind=multistep | MultiStep[milestones=[15, 30], factor=0.5]",
            })
    void theConfigurationDecidesTheCurve(String setting, String expected) {
        TrainConfig config =
                TrainConfig.defaults()
                        .with(
                                List.of(
                                        "training.batch_size=8",
                                        "training.epochs=4",
                                        "optimizer.lr=5e-4",
                                        "optimizer.reference_batch=8",
                                        "schedule.warmup_epochs=1",
                                        "schedule.min_lr=5e-6",
                                        "schedule.decay_epochs=2.5",
                                        "schedule.decay_rate=0.5",
                                        "schedule.milestones=[1.5, 3]",
                                        setting));
        assertEquals(expected, Schedule.of(config, 10).curve().toString());
    }

    @Test
    void refusesNegativeLengths() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Schedule(1, 0, -1, true, new Schedule.Cosine(0, 5)));
    }
}
