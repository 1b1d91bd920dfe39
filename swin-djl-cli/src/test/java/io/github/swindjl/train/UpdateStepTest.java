// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.Formula;
import io.github.swindjl.TestData;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.train.config.OptimizerConfig;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.weights.Safetensors;
import io.github.swindjl.zoo.weights.StateArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateStepTest {

    private static final List<String> SETTINGS =
            List.of(
                    "optimizer.weight_decay=0.05",
                    "optimizer.clip_norm=0.5",
                    "optimizer.betas=[0.9, 0.999]");
    private static final long SEED = 5;
    private static final OptimizerConfig CONFIG = TrainConfig.defaults().with(SETTINGS).optimizer();

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Of these names only the first, which is a matrix, has weight decay. */
    private Map<String, NDArray> parameters() {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        parameters.put("a.weight", filled("p0", new Shape(7, 5)));
        parameters.put("a.bias", filled("p1", new Shape(11)));
        parameters.put("logit_scale", filled("p2", new Shape(3, 4, 2)));
        parameters.values().forEach(array -> array.setRequiresGradient(true));
        return parameters;
    }

    private NDArray filled(String name, Shape shape) {
        try (NDArray java = manager.create(Formula.values(name, (int) shape.size()), shape)) {
            return java.duplicate();
        }
    }

    /** Gives each parameter 0.1 times the formula's values as gradient, times a factor. */
    private void backward(Map<String, NDArray> parameters, int step, float factor) {
        try (NDManager temporary = manager.newSubManager();
                Autograd.Mode mode = Autograd.record()) {
            int k = 0;
            for (NDArray parameter : parameters.values()) {
                float[] values = Formula.values("g" + step + "." + k++, (int) parameter.size());
                for (int i = 0; i < values.length; i++) {
                    values[i] *= 0.1f * factor;
                }
                NDArray gradient = temporary.create(values, parameter.getShape());
                Autograd.backward(gradient.mul(parameter).sum());
            }
        }
    }

    private float update(UpdateStep step, double rate) {
        return update(step, 1, rate);
    }

    private float update(UpdateStep step, long number, double rate) {
        try (NDArray norm = step.update(group -> rate, number, manager)) {
            return norm.toFloatArray()[0];
        }
    }

    private static JsonObject golden(String name) throws IOException {
        return JsonParser.parseString(
                        Files.readString(TestData.file("goldens/training/" + name + ".json")))
                .getAsJsonObject();
    }

    @Test
    void adamWEqualsTheReferenceOverAHundredSteps() throws IOException {
        JsonArray rates = golden("adamw").getAsJsonArray("rates");
        JsonArray norms = golden("adamw").getAsJsonArray("gradientNorms");
        Map<String, NDArray> parameters = parameters();
        int compared = 0;
        try (UpdateStep adam = UpdateStep.ofAll(parameters, CONFIG, false, SEED);
                Safetensors expected =
                        Safetensors.open(TestData.file("goldens/training/adamw.safetensors"))) {
            for (int step = 1; step <= rates.size(); step++) {
                backward(parameters, step, 1);
                float norm = update(adam, rates.get(step - 1).getAsDouble());
                assertEquals(norms.get(step - 1).getAsFloat(), norm, 1e-6, "step " + step);
                int k = 0;
                for (NDArray parameter : parameters.values()) {
                    String name = "step" + step + ".p" + k++;
                    if (expected.tensors().containsKey(name)) {
                        float[] found = parameter.toFloatArray();
                        double off = Fidelity.largest(expected.readFloats(name), found);
                        Fidelity.record("adamw", name, off);
                        assertArrayEquals(expected.readFloats(name), found, 1e-6f, name);
                        compared++;
                    }
                }
            }
        }
        assertEquals(9, compared);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "momentum", "nesterov"})
    void sgdEqualsTheReferenceOverAHundredSteps(String name) throws IOException {
        JsonArray rates = golden("sgd").getAsJsonArray("rates");
        JsonObject settings = golden("sgd").getAsJsonObject("cases").getAsJsonObject(name);
        TrainConfig config =
                TrainConfig.defaults()
                        .with(SETTINGS)
                        .with("optimizer.name", "sgd")
                        .with("optimizer.momentum", settings.get("momentum").getAsString())
                        .with("optimizer.nesterov", settings.get("nesterov").getAsString());
        Map<String, NDArray> parameters = parameters();
        int compared = 0;
        try (UpdateStep sgd = UpdateStep.ofAll(parameters, config.optimizer(), false, SEED);
                Safetensors expected =
                        Safetensors.open(TestData.file("goldens/training/sgd.safetensors"))) {
            for (int step = 1; step <= rates.size(); step++) {
                backward(parameters, step, 1);
                update(sgd, rates.get(step - 1).getAsDouble());
                int k = 0;
                for (NDArray parameter : parameters.values()) {
                    String tensor = name + ".step" + step + ".p" + k++;
                    if (expected.tensors().containsKey(tensor)) {
                        float[] found = parameter.toFloatArray();
                        double off = Fidelity.largest(expected.readFloats(tensor), found);
                        Fidelity.record("sgd", tensor, off);
                        assertArrayEquals(expected.readFloats(tensor), found, 1e-6f, tensor);
                        compared++;
                    }
                }
            }
        }
        assertEquals(9, compared);
    }

    @Test
    void theLossScaleFollowsTheReference() throws IOException {
        JsonObject golden = golden("loss_scale");
        List<Integer> overflows = new ArrayList<>();
        golden.getAsJsonArray("overflows").forEach(step -> overflows.add(step.getAsInt()));
        List<List<Double>> changes = new ArrayList<>();
        List<Integer> skipped = new ArrayList<>();
        Map<String, NDArray> parameters = parameters();
        NDArray watched = parameters.get("a.bias");
        try (UpdateStep adam = UpdateStep.ofAll(parameters, CONFIG, true, SEED)) {
            double former = adam.lossScale().getFloat();
            assertEquals(golden.get("firstScale").getAsDouble(), former);
            for (int step = 1; step <= golden.get("steps").getAsInt(); step++) {
                boolean overflow = overflows.contains(step);
                if (overflow) {
                    backward(parameters, 1, Float.POSITIVE_INFINITY);
                }
                float before = watched.getFloat(0);
                // Without a backward pass gradients are zero, which is as good as any.
                update(adam, 1e-2);
                if (overflow && watched.getFloat(0) == before) {
                    skipped.add(step);
                }
                double scale = adam.lossScale().getFloat();
                if (scale != former) {
                    changes.add(List.of((double) step, scale));
                    former = scale;
                }
            }
            assertEquals(overflows.size(), adam.leftOut().total());
        }
        List<List<Double>> expected = new ArrayList<>();
        for (JsonElement change : golden.getAsJsonArray("changes")) {
            JsonArray pair = change.getAsJsonArray();
            expected.add(List.of(pair.get(0).getAsDouble(), pair.get(1).getAsDouble()));
        }
        assertEquals(expected, changes);
        assertEquals(overflows, skipped);
    }

    @Test
    void namesTheGradientNearestToTheLossThatIsNotFinite() {
        Map<String, NDArray> parameters = parameters();
        try (UpdateStep adam = UpdateStep.ofAll(parameters, CONFIG, false, SEED)) {
            assertEquals(new UpdateStep.LeftOut(0, 0, Optional.empty()), adam.leftOut());
            spoil(parameters, List.of("a.weight", "a.bias"), Float.NaN);
            update(adam, 1e-2);
            spoil(parameters, List.of("a.weight"), Float.NEGATIVE_INFINITY);
            update(adam, 1e-2);
            assertEquals(new UpdateStep.LeftOut(2, 2, Optional.of("a.weight")), adam.leftOut());
            spoil(parameters, List.of("a.weight", "a.bias"), Float.NaN);
            update(adam, 1e-2);
            assertEquals(new UpdateStep.LeftOut(3, 3, Optional.of("a.bias")), adam.leftOut());
            backward(parameters, 1, 1);
            update(adam, 1e-2);
            assertEquals(new UpdateStep.LeftOut(3, 0, Optional.of("a.bias")), adam.leftOut());
            spoil(parameters, List.of("a.weight", "a.bias", "logit_scale"), 2.5e18f);
            update(adam, 1e-2);
            assertEquals(new UpdateStep.LeftOut(4, 1, Optional.empty()), adam.leftOut());
        }
    }

    private void spoil(Map<String, NDArray> parameters, List<String> names, float gradient) {
        try (NDManager temporary = manager.newSubManager();
                Autograd.Mode mode = Autograd.record()) {
            for (String name : names) {
                NDArray parameter = parameters.get(name);
                NDArray factor = temporary.full(parameter.getShape(), gradient);
                Autograd.backward(factor.mul(parameter).sum());
            }
        }
    }

    @Test
    void everyGroupHasItsRate() {
        Map<String, NDArray> parameters = parameters();
        TrainConfig config =
                TrainConfig.defaults()
                        .with(SETTINGS)
                        .with("optimizer.rates", "{a: 3, a.bias: 0.25, logit_scale: 0.5}")
                        .with("optimizer.weight_decay", "0");
        Map<String, float[]> before = new LinkedHashMap<>();
        parameters.forEach((name, array) -> before.put(name, array.toFloatArray()));
        try (UpdateStep adam = UpdateStep.ofAll(parameters, config.optimizer(), false, SEED)) {
            backward(parameters, 1, 1);
            adam.update(group -> 1e-3 * group.rateScale(), 1, manager).close();
        }
        // The first step of Adam is one rate long in each direction.
        Map<String, Double> expected =
                Map.of("a.weight", 3e-3, "a.bias", 25e-5, "logit_scale", 5e-4);
        expected.forEach(
                (name, rate) -> {
                    float[] after = parameters.get(name).toFloatArray();
                    for (int i = 0; i < after.length; i++) {
                        assertEquals(rate, Math.abs(after[i] - before.get(name)[i]), 1e-3 * rate);
                    }
                });
    }

    @Test
    void scalingTheLossChangesNothing() {
        Map<String, NDArray> plain = parameters();
        Map<String, NDArray> scaled = parameters();
        try (UpdateStep one = UpdateStep.ofAll(plain, CONFIG, false, SEED);
                UpdateStep other = UpdateStep.ofAll(scaled, CONFIG, true, SEED)) {
            for (int step = 1; step <= 5; step++) {
                backward(plain, step, 1);
                backward(scaled, step, other.lossScale().getFloat());
                // The scale is a power of two, so both sides round alike.
                assertEquals(update(one, 1e-2), update(other, 1e-2), 1e-7f);
            }
            plain.forEach(
                    (name, array) ->
                            assertArrayEquals(
                                    array.toFloatArray(),
                                    scaled.get(name).toFloatArray(),
                                    1e-7f,
                                    name));
        }
    }

    @Test
    void leavesOutAnUpdateThatIsNotFinite() {
        Map<String, NDArray> parameters = parameters();
        try (UpdateStep adam = UpdateStep.ofAll(parameters, CONFIG, true, SEED)) {
            backward(parameters, 1, adam.lossScale().getFloat());
            update(adam, 1e-2);
            Map<String, float[]> before = new LinkedHashMap<>();
            parameters.forEach((name, array) -> before.put(name, array.toFloatArray()));
            adam.state().forEach((name, array) -> record(before, name, array));
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                float scale = adam.lossScale().getFloat();
                backward(parameters, 2, bad);
                assertTrue(!Float.isFinite(update(adam, 1e-2)));
                assertEquals(scale / 2, adam.lossScale().getFloat());
            }
            parameters.forEach(
                    (name, array) -> assertArrayEquals(before.get(name), array.toFloatArray()));
            adam.state().forEach((name, array) -> same(before, name, array));
            backward(parameters, 2, adam.lossScale().getFloat());
            assertTrue(Float.isFinite(update(adam, 1e-2)));
        }
    }

    private static void record(Map<String, float[]> values, String name, NDArray array) {
        if (array.getDataType() == DataType.FLOAT32 && !name.startsWith("loss_scale")) {
            values.put(name, array.toFloatArray());
        }
    }

    private static void same(Map<String, float[]> values, String name, NDArray array) {
        if (values.containsKey(name)) {
            assertArrayEquals(values.get(name), array.toFloatArray(), name);
        }
    }

    @Test
    void continuesFromSavedState(@TempDir Path folder) throws IOException {
        for (boolean scales : new boolean[] {false, true}) {
            Map<String, NDArray> whole = parameters();
            Map<String, NDArray> second = parameters();
            Path model = folder.resolve("model.safetensors");
            Path state = folder.resolve("optimizer.safetensors");
            try (UpdateStep adam = UpdateStep.ofAll(whole, CONFIG, scales, SEED);
                    UpdateStep fresh = UpdateStep.ofAll(second, CONFIG, scales, SEED)) {
                for (int step = 1; step <= 6; step++) {
                    backward(whole, step, adam.lossScale().getFloat());
                    update(adam, 1e-2);
                    if (step == 3) {
                        StateArrays.write(model, whole);
                        StateArrays.write(state, adam.state());
                    }
                }
                try (Safetensors savedModel = Safetensors.open(model);
                        Safetensors savedState = Safetensors.open(state)) {
                    StateArrays.read(savedModel, second);
                    StateArrays.read(savedState, fresh.state());
                }
                for (int step = 4; step <= 6; step++) {
                    backward(second, step, fresh.lossScale().getFloat());
                    update(fresh, 1e-2);
                }
                whole.forEach(
                        (name, array) ->
                                assertArrayEquals(
                                        array.toFloatArray(), second.get(name).toFloatArray()));
            }
        }
    }

    @Test
    void keepsNoArrays() {
        Map<String, NDArray> parameters = parameters();
        try (UpdateStep adam = UpdateStep.ofAll(parameters, CONFIG, false, SEED)) {
            int before = 0;
            for (int step = 1; step <= 20; step++) {
                backward(parameters, step, 1);
                update(adam, 1e-3);
                if (step == 2) {
                    before = manager.getManagedArrays().size();
                }
            }
            assertEquals(before, manager.getManagedArrays().size());
        }
        assertEquals(3, manager.getManagedArrays().size());
    }

    @Test
    void countsAsAChangeOfTheParameters() {
        Map<String, NDArray> parameters = parameters();
        List<NDArray> list = List.copyOf(parameters.values());
        try (UpdateStep adam = UpdateStep.ofAll(parameters, CONFIG, false, SEED)) {
            long[] before = Autograd.versions(list);
            backward(parameters, 1, 1);
            update(adam, 1e-3);
            long[] after = Autograd.versions(list);
            for (int i = 0; i < before.length; i++) {
                assertTrue(after[i] > before[i], "parameter " + i);
            }
        }
    }

    @Test
    void everySettingMatters() {
        List<float[]> results = new ArrayList<>();
        for (String setting :
                List.of(
                        "seed=0",
                        "optimizer.weight_decay=0.5",
                        "optimizer.betas=[0.8, 0.999]",
                        "optimizer.betas=[0.9, 0.99]",
                        "optimizer.eps=0.01",
                        "optimizer.clip_norm=0",
                        "optimizer.clip_norm=0.1")) {
            Map<String, NDArray> parameters = parameters();
            TrainConfig config = TrainConfig.defaults().with(SETTINGS).with(List.of(setting));
            try (UpdateStep adam = UpdateStep.ofAll(parameters, config.optimizer(), false, SEED)) {
                for (int step = 1; step <= 3; step++) {
                    backward(parameters, step, step);
                    update(adam, 1e-2);
                }
            }
            float[] result = parameters.get("a.weight").toFloatArray();
            for (float[] other : results) {
                assertTrue(!Arrays.equals(other, result), setting);
            }
            results.add(result);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new UpdateStep(Map.of(), List.of(), CONFIG, false, SEED).close());
    }
}
