// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.Formula;
import io.github.swindjl.TestData;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.train.config.EmaConfig;
import io.github.swindjl.zoo.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightAverageTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray array(String name) {
        try (NDArray java = manager.create(Formula.values(name, 6), new Shape(6))) {
            return java.duplicate();
        }
    }

    private static void set(NDArray parameter, NDArray value) {
        parameter.muli(0).addi(value);
    }

    private static float[] average(WeightAverage average) {
        return average.state().get("weight").toFloatArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant", "warmup", "delayed", "delayed_warmup"})
    void equalsTheReference(String name) throws IOException {
        JsonObject golden =
                JsonParser.parseString(
                                Files.readString(TestData.file("goldens/training/averages.json")))
                        .getAsJsonObject()
                        .getAsJsonObject("cases")
                        .getAsJsonObject(name);
        EmaConfig config =
                new EmaConfig(
                        golden.get("decay").getAsDouble(),
                        golden.get("warmup").getAsBoolean(),
                        golden.get("after").getAsInt() / 5,
                        1);
        NDArray parameter = array("ema0");
        int compared = 0;
        try (WeightAverage average = new WeightAverage(Map.of("weight", parameter), config, 5);
                Safetensors expected =
                        Safetensors.open(TestData.file("goldens/training/averages.safetensors"))) {
            for (int update = 1; update <= 30; update++) {
                set(parameter, array("ema" + update));
                average.add(update);
                assertEquals(
                        golden.getAsJsonArray("decays").get(update - 1).getAsDouble(),
                        average.decay(update),
                        1e-15,
                        "update " + update);
                String tensor = name + ".update" + update;
                if (expected.tensors().containsKey(tensor)) {
                    assertArrayEquals(expected.readFloats(tensor), average(average), 2e-7f, tensor);
                    compared++;
                }
            }
        }
        assertEquals(3, compared);
    }

    @Test
    void leavesUpdatesOutAndCountsAnewInEachEpoch() {
        NDArray parameter = array("ema0");
        EmaConfig config = new EmaConfig(0.5, false, 1, 3);
        List<Long> added = new ArrayList<>();
        try (WeightAverage average = new WeightAverage(Map.of("weight", parameter), config, 5)) {
            for (long update = 1; update <= 12; update++) {
                float[] before = average(average);
                set(parameter, array("ema" + update));
                average.add(update);
                float[] after = average(average);
                if (!Arrays.equals(before, after)) {
                    added.add(update);
                    double kept = update <= 6 ? 0 : 0.5;
                    float[] own = parameter.toFloatArray();
                    for (int i = 0; i < 6; i++) {
                        double expected = kept * before[i] + (1 - kept) * own[i];
                        assertEquals(expected, after[i], 1e-7, "update " + update);
                    }
                }
            }
        }
        assertEquals(List.of(1L, 4L, 6L, 9L, 11L), added);
    }

    @Test
    void changesPlacesForAnEvaluationAndBack() {
        NDArray parameter = array("ema0");
        EmaConfig config = new EmaConfig(0.5, false, 0, 1);
        try (WeightAverage average = new WeightAverage(Map.of("weight", parameter), config, 5)) {
            set(parameter, array("ema1"));
            float[] own = parameter.toFloatArray();
            float[] averaged = average(average);
            long[] version = Autograd.versions(List.of(parameter));
            try (WeightAverage.Exchange exchanged = average.exchanged()) {
                assertArrayEquals(averaged, parameter.toFloatArray());
                // What inference keeps of the parameters has to notice.
                assertEquals(version[0] + 1, Autograd.versions(List.of(parameter))[0]);
            }
            assertArrayEquals(own, parameter.toFloatArray());
            assertArrayEquals(averaged, average(average));
        }
    }
}
