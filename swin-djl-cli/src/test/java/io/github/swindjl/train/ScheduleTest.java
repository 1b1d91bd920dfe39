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
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

    private static JsonObject golden() throws IOException {
        return JsonParser.parseString(
                        Files.readString(TestData.file("goldens/training/schedules.json")))
                .getAsJsonObject();
    }

    private static Schedule schedule(JsonObject golden, int group) {
        return new Schedule(
                golden.getAsJsonArray("peakRates").get(group).getAsDouble(),
                golden.get("warmupRate").getAsDouble(),
                golden.get("minimumRate").getAsDouble(),
                golden.get("warmupUpdates").getAsLong(),
                golden.get("updates").getAsLong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cosine", "cosine_groups", "cosine_without_warmup"})
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
                        schedule(golden, group).at(t),
                        1e-12 * expected,
                        "update " + t + " group " + group);
            }
        }
    }

    @Test
    void followsTheFormula() {
        Schedule schedule = new Schedule(1, 0.2, 0.1, 4, 12);
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
                            loop.get("minimumRate").getAsDouble(),
                            perEpoch * loop.get("warmupEpochs").getAsInt(),
                            perEpoch * loop.get("epochs").getAsInt());
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
        Schedule schedule = Schedule.of(config, 10);
        assertEquals(new Schedule(2e-3, 2e-6, 2e-5, 200, 3000), schedule);
        assertEquals(15, Schedule.of(config.with("schedule.warmup_epochs", "1.5"), 10).warmup());
    }

    @Test
    void refusesNegativeLengths() {
        assertThrows(IllegalArgumentException.class, () -> new Schedule(1, 0, 0, -1, 5));
        assertThrows(IllegalArgumentException.class, () -> new Schedule(1, 0, 0, 1, -5));
    }
}
