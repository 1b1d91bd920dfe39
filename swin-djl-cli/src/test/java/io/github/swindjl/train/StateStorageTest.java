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
import io.github.swindjl.Formula;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Bfloat16;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.OptimizerConfig;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.weights.Safetensors;
import io.github.swindjl.zoo.weights.StateArrays;
import io.github.swindjl.zoo.weights.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code optimizer.state} does; keeping it on the host works on a CPU, too. */
class StateStorageTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static OptimizerConfig config(String rule, String state) {
        return TrainConfig.defaults()
                .with(
                        List.of(
                                "optimizer.name=" + rule,
                                "optimizer.state=" + state,
                                "optimizer.betas=[0.9, 0.999]",
                                "optimizer.clip_norm=0"))
                .optimizer();
    }

    /** One parameter is larger than a portion, two others share one with it before or after. */
    private Map<String, NDArray> parameters() {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        parameters.put("a.weight", filled("p0", new Shape(7, 5)));
        parameters.put("a.bias", filled("p1", new Shape(11)));
        parameters.put("b.weight", filled("p2", new Shape(1025, 1027)));
        parameters.put("c.weight", filled("p3", new Shape(3, 13)));
        assertTrue(parameters.get("b.weight").size() > Moments.PORTION);
        return parameters;
    }

    private NDArray filled(String name, Shape shape) {
        float[] values = Formula.values(name, (int) shape.size());
        try (NDArray java = manager.create(values, shape)) {
            NDArray array = java.duplicate();
            array.setRequiresGradient(true);
            return array;
        }
    }

    /** Gives each parameter its own values times a factor as gradient. */
    private void backward(Map<String, NDArray> parameters, float factor) {
        try (NDManager temporary = manager.newSubManager();
                Autograd.Mode mode = Autograd.record()) {
            for (NDArray parameter : parameters.values()) {
                NDArray handle = parameter.stopGradient();
                handle.attach(temporary);
                NDArray gradient = handle.mul(factor);
                gradient.attach(temporary);
                Autograd.backward(gradient.mul(parameter).sum());
            }
        }
    }

    private void updates(UpdateStep step, Map<String, NDArray> parameters, long from, long to) {
        for (long number = from; number <= to; number++) {
            backward(parameters, 1f / number);
            step.update(group -> 1e-2, number, manager).close();
        }
    }

    private static float[] floats(NDArray array) {
        return array.toType(DataType.FLOAT32, true).toFloatArray();
    }

    private static void assertSame(Map<String, NDArray> expected, Map<String, NDArray> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach(
                (name, array) -> assertArrayEquals(floats(array), floats(found.get(name)), name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "sgd"})
    void onTheHostAllIsTheSame(String rule) {
        Map<String, NDArray> plain = parameters();
        Map<String, NDArray> moved = parameters();
        try (UpdateStep one = UpdateStep.ofAll(plain, config(rule, "float32"), false, 1);
                UpdateStep other = UpdateStep.ofAll(moved, config(rule, "host"), false, 2)) {
            updates(one, plain, 1, 3);
            updates(other, moved, 1, 3);
            assertSame(plain, moved);
            assertSame(one.state(), other.state());
        }
    }

    @ParameterizedTest
    @CsvSource({"adamw, a.weight.exp_avg_sq", "sgd, a.weight.momentum_buffer"})
    void bfloat16GoesOnFromWhatWasSaved(String rule, String moment, @TempDir Path folder)
            throws IOException {
        OptimizerConfig config = config(rule, "bfloat16");
        Path model = folder.resolve("model.safetensors");
        Path state = folder.resolve("optimizer.safetensors");
        Map<String, NDArray> whole = parameters();
        Map<String, NDArray> resumed = parameters();
        Map<String, NDArray> reseeded = parameters();
        try (UpdateStep one = UpdateStep.ofAll(whole, config, false, 1);
                UpdateStep other = UpdateStep.ofAll(resumed, config, false, 1);
                UpdateStep third = UpdateStep.ofAll(reseeded, config, false, 2)) {
            updates(one, whole, 1, 2);
            StateArrays.write(model, whole);
            StateArrays.write(state, one.state());
            updates(one, whole, 3, 4);
            try (Safetensors weights = Safetensors.open(model);
                    Safetensors moments = Safetensors.open(state)) {
                assertEquals(TensorType.BF16, moments.info(moment).type());
                StateArrays.read(weights, resumed);
                StateArrays.read(moments, other.state());
            }
            updates(other, resumed, 3, 4);
            assertSame(whole, resumed);
            assertSame(one.state(), other.state());
            updates(third, reseeded, 1, 4);
            assertTrue(
                    !Arrays.equals(
                            floats(one.state().get(moment)), floats(third.state().get(moment))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bfloat16", "host"})
    void anUpdateThatIsLeftOutChangesNothing(String state) {
        Map<String, NDArray> parameters = parameters();
        try (UpdateStep step = UpdateStep.ofAll(parameters, config("adamw", state), false, 1)) {
            updates(step, parameters, 1, 2);
            Map<String, float[]> before = new LinkedHashMap<>();
            step.state().forEach((name, array) -> before.put(name, floats(array)));
            backward(parameters, Float.NaN);
            step.update(group -> 1e-2, 3, manager).close();
            assertEquals(1, step.leftOut().total());
            step.state().keySet().stream()
                    .filter(name -> name.contains("exp_avg"))
                    .forEach(
                            name ->
                                    assertArrayEquals(
                                            before.get(name),
                                            floats(step.state().get(name)),
                                            name));
        }
    }

    @Test
    void momentsAreOfTheTypeAskedFor() {
        Map<String, NDArray> parameters = parameters();
        try (UpdateStep step =
                UpdateStep.ofAll(parameters, config("adamw", "bfloat16"), false, 1)) {
            step.state()
                    .forEach(
                            (name, array) ->
                                    assertEquals(
                                            name.contains("exp_avg"), Bfloat16.is(array), name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bfloat16", "host"})
    void keepsNoArrays(String state) {
        Map<String, NDArray> parameters = parameters();
        try (UpdateStep step = UpdateStep.ofAll(parameters, config("adamw", state), false, 1)) {
            updates(step, parameters, 1, 2);
            int before = manager.getManagedArrays().size();
            updates(step, parameters, 3, 4);
            assertEquals(before, manager.getManagedArrays().size());
        }
        assertEquals(parameters.size(), manager.getManagedArrays().size());
    }

    /**
     * The mean square of gradients of 1 rises by a thousandth of the way in each update. Rounded to
     * the nearest bfloat16 it stops where that is less than half a step; rounded at random it goes
     * on, on average exactly as in float32.
     */
    @Test
    void theSecondMomentDoesNotStandStill() {
        int updates = 1500;
        double exact = 0;
        float nearest = 0;
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        parameters.put("a.weight", manager.ones(new Shape(64, 64)));
        parameters.get("a.weight").setRequiresGradient(true);
        try (UpdateStep step =
                UpdateStep.ofAll(parameters, config("adamw", "bfloat16"), false, 1)) {
            for (int number = 1; number <= updates; number++) {
                exact = exact * 0.999 + 0.001;
                nearest = nearestBfloat16(nearest * 0.999f + 0.001f);
                try (Autograd.Mode mode = Autograd.record()) {
                    Autograd.backward(parameters.get("a.weight").sum());
                }
                step.update(group -> 1e-5, number, manager).close();
            }
            double mean = 0;
            float[] found = floats(step.state().get("a.weight.exp_avg_sq"));
            for (float value : found) {
                mean += value / found.length;
            }
            assertEquals(0.777, exact, 1e-3);
            assertTrue(nearest < 0.26, "plain rounding came to " + nearest);
            assertEquals(exact, mean, 3e-3 * exact);
        }
    }

    private static float nearestBfloat16(float value) {
        int bits = Float.floatToIntBits(value);
        return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & ~0xffff);
    }

    @Test
    void whatHasNoStateCannotKeepIt() {
        ConfigException refused =
                assertThrows(
                        ConfigException.class,
                        () ->
                                TrainConfig.defaults()
                                        .with(
                                                List.of(
                                                        "optimizer.name=sgd",
                                                        "optimizer.momentum=0",
                                                        "optimizer.state=bfloat16")));
        assertEquals("optimizer.state", refused.key());
        assertTrue(refused.getMessage().contains("sgd without momentum"), refused.getMessage());
    }
}
