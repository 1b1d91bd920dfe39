// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.simmim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonObject;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.OneThread;
import io.github.swindjl.TestData;
import io.github.swindjl.blocks.Fidelity;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinSize;
import io.github.swindjl.kernels.Autograd;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guessed pictures, losses and gradients against the official code. */
@ExtendWith(OneThread.class)
class SimMimGoldenTest {

    private static final double PICTURE_TOLERANCE = 1e-5;

    /** Of the largest gradient of the tensor. */
    private static final double GRADIENTS_RELATIVE = 1e-4;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private record Case(JsonObject json, Map<String, float[]> golden) {

        static Case read(String name) throws IOException {
            String file = "goldens/simmim/" + name;
            return new Case(
                    Goldens.json(TestData.file(file + ".json")),
                    Goldens.tensors(file + ".safetensors"));
        }

        JsonObject config() {
            return json.getAsJsonObject("config");
        }

        int number(String key) {
            return config().get(key).getAsInt();
        }

        double rounding(String what) {
            return json.getAsJsonObject("float32_vs_float64").get(what).getAsDouble();
        }

        SimMim network() {
            SwinConfig.Builder builder =
                    (number("version") == 1 ? SwinConfig.v1() : SwinConfig.v2())
                            .optImageSize(number("image"), number("image"))
                            .optPatchSize(number("patch"))
                            .optWidth(number("embedDim"))
                            .optStages(
                                    Goldens.ints(config().get("depths")),
                                    Goldens.ints(config().get("heads")))
                            .optWindow(number("window"))
                            .optMlpRatio(config().get("mlpRatio").getAsDouble())
                            .optAbsolutePosition(config().get("absolutePosition").getAsBoolean());
            return new SimMim(builder.build());
        }

        Shape pictures() {
            return new Shape(number("batch"), 3, number("image"), number("image"));
        }

        Shape patches() {
            int side = number("image") / number("patch");
            return new Shape(number("batch"), side, side);
        }

        void check(String name, float[] found, double bound) {
            double difference = Goldens.difference(golden.get(name), found);
            assertTrue(difference <= bound, name + " differs by " + difference + " > " + bound);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1_normalized", "v1_absolute_position", "v2", "v2_normalized"})
    void guessLossAndGradientsEqualTheOfficialCode(String name) throws IOException {
        Case golden = Case.read(name);
        SimMim network = golden.network();
        Formula.fill(network);
        network.initialize(manager, DataType.FLOAT32, golden.pictures());
        ParameterStore store = new ParameterStore(manager, false);
        NDArray x = Formula.input(manager, golden.pictures());
        NDArray mask = manager.create(golden.golden.get("mask"), golden.patches());
        int side = golden.number("targetSide");
        NDArray target = side == 0 ? x : new LocalNormalization(side).normalize(x);

        double difference;
        try (Autograd.Mode recording = Autograd.record()) {
            NDArray inferred =
                    network.forward(store, new NDList(x, mask), false, null).singletonOrThrow();
            // Where float32 costs the reference more, as where cosines cancel, twice that.
            String shown = side == 0 ? "guessed" : "target";
            float[] values = (side == 0 ? inferred : target).toFloatArray();
            golden.check(shown, values, PICTURE_TOLERANCE + 2 * golden.rounding(shown));
            difference = Goldens.difference(golden.golden.get(shown), values);
            assertEquals(
                    network.getOutputShapes(new Shape[] {x.getShape()})[0], inferred.getShape());

            NDArray guessed =
                    network.forward(store, new NDList(x, mask), true, null).singletonOrThrow();
            assertTrue(
                    Goldens.difference(inferred.toFloatArray(), guessed.toFloatArray())
                            <= PICTURE_TOLERANCE + 2 * golden.rounding("guessed"));
            NDList losses =
                    new ReconstructionLoss(golden.number("patch"), 4)
                            .of(guessed, target, mask, manager.create(2f));
            double loss = golden.json.get("loss").getAsDouble();
            assertEquals(loss, losses.get(1).getFloat(), 1e-6 + 2 * golden.rounding("loss"));
            assertEquals(loss / 2, losses.get(0).getFloat(), 1e-6 + golden.rounding("loss"));

            Autograd.backward(losses.get(0));
        }
        Map<String, float[]> found = new TreeMap<>();
        StateDict.of(network)
                .forEach(
                        (key, parameter) -> {
                            try (NDArray gradient = Autograd.gradient(parameter.getArray());
                                    NDArray whole = gradient.mul(2)) {
                                found.put("grad." + key, whole.toFloatArray());
                            }
                        });
        assertEquals(
                golden.golden.keySet().stream().filter(key -> key.startsWith("grad.")).toList(),
                found.keySet().stream().toList());
        double overall = 0;
        for (String key : found.keySet()) {
            overall = Math.max(overall, Goldens.largest(golden.golden.get(key)));
        }
        double worst = 0;
        for (Map.Entry<String, float[]> gradient : found.entrySet()) {
            float[] expected = golden.golden.get(gradient.getKey());
            golden.check(
                    gradient.getKey(),
                    gradient.getValue(),
                    GRADIENTS_RELATIVE * Goldens.largest(expected)
                            + 2 * golden.rounding("gradients"));
            worst = Math.max(worst, Goldens.difference(expected, gradient.getValue()) / overall);
        }
        Fidelity.record("simmim", name, difference, worst);
    }

    @Test
    void withoutMaskNothingIsHidden() throws IOException {
        Case golden = Case.read("v1");
        SimMim network = golden.network();
        Formula.fill(network);
        network.initialize(manager, DataType.FLOAT32, golden.pictures());
        ParameterStore store = new ParameterStore(manager, false);
        NDArray x = Formula.input(manager, golden.pictures());
        NDArray nothing = manager.zeros(golden.patches());
        assertArrayEquals(
                network.forward(store, new NDList(x, nothing), false, null)
                        .singletonOrThrow()
                        .toFloatArray(),
                network.forward(store, new NDList(x), false, null)
                        .singletonOrThrow()
                        .toFloatArray());
    }

    @Test
    void hiddenPatchesDoNotReachTheGuess() throws IOException {
        Case golden = Case.read("v1");
        SimMim network = golden.network();
        Formula.fill(network);
        network.initialize(manager, DataType.FLOAT32, golden.pictures());
        ParameterStore store = new ParameterStore(manager, false);
        NDArray x = Formula.input(manager, golden.pictures());
        NDArray everything = manager.ones(golden.patches());
        assertArrayEquals(
                network.forward(store, new NDList(x.mul(3), everything), false, null)
                        .singletonOrThrow()
                        .toFloatArray(),
                network.forward(store, new NDList(x, everything), false, null)
                        .singletonOrThrow()
                        .toFloatArray());
    }

    @Test
    void restoringUndoesLocalNormalization() {
        LocalNormalization local = new LocalNormalization(5);
        NDArray x = Formula.input(manager, new Shape(1, 3, 16, 12));
        float[] restored = local.restore(local.normalize(x), x).toFloatArray();
        assertTrue(Goldens.difference(x.toFloatArray(), restored) < 1e-5);
    }

    /** The official counts: the encoder is the classifier without head, with a mask token. */
    @ParameterizedTest
    @CsvSource({"1, B, 6", "2, B, 12", "1, L, 12"})
    void namesAndCountsAreThoseOfTheOfficialNetwork(int version, SwinSize size, int window) {
        SwinConfig config =
                (version == 1 ? SwinConfig.v1() : SwinConfig.v2())
                        .optSize(size)
                        .optImageSize(192, 192)
                        .optWindow(window)
                        .build();
        SimMim network = new SimMim(config);
        Map<String, Long> counts = new TreeMap<>();
        StateDict.of(network)
                .forEach(
                        (name, parameter) ->
                                counts.merge(
                                        name.substring(0, name.indexOf('.')),
                                        parameter.getShape().size(),
                                        Long::sum));
        long width = config.stageWidth(3);
        assertEquals(3072 * width + 3072, counts.get("decoder"));
        long backbone =
                StateDict.of(new SwinClassifier(config, 0)).values().stream()
                        .mapToLong(parameter -> parameter.getShape().size())
                        .sum();
        assertEquals(backbone + config.width(), counts.get("encoder"));
        assertEquals(
                new Shape(3072, width, 1, 1),
                StateDict.of(network).get("decoder.0.weight").getShape());
        assertEquals(
                new Shape(1, 1, config.width()),
                StateDict.of(network).get("encoder.mask_token").getShape());
    }

    @Test
    void decoderStartsUniformAndTokenNormal() throws IOException {
        SimMim network = Case.read("v2").network();
        Initializers.seed(network, 3);
        network.initialize(manager, DataType.FLOAT32, Case.read("v2").pictures());
        float[] weight = StateDict.of(network).get("decoder.0.weight").getArray().toFloatArray();
        double bound = 1 / Math.sqrt(32);
        double largest = Goldens.largest(weight);
        assertTrue(largest <= bound && largest > 0.99 * bound, "largest " + largest);
        assertTrue(
                Goldens.largest(
                                StateDict.of(network)
                                        .get("decoder.0.bias")
                                        .getArray()
                                        .toFloatArray())
                        > 0.9 * bound);
        double token =
                Goldens.largest(
                        StateDict.of(network).get("encoder.mask_token").getArray().toFloatArray());
        assertTrue(token > 0.005 && token < 0.1, "largest " + token);
    }

    @Test
    void unsuitableInputsAreRefused() throws IOException {
        Case golden = Case.read("v1");
        SimMim network = golden.network();
        network.initialize(manager, DataType.FLOAT32, golden.pictures());
        ParameterStore store = new ParameterStore(manager, false);
        NDArray x = manager.zeros(new Shape(1, 3, 64, 64));
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        network.forward(
                                                store,
                                                new NDList(x, manager.zeros(new Shape(1, 8, 8))),
                                                false,
                                                null))
                        .getMessage();
        assertTrue(message.contains("(1, 16, 16)") && message.contains("(1, 8, 8)"), message);
        NDArray odd = manager.zeros(new Shape(1, 3, 60, 64));
        message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> network.forward(store, new NDList(odd), false, null))
                        .getMessage();
        assertTrue(message.contains("8 pixels") && message.contains("60"), message);
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> new LocalNormalization(46))
                        .getMessage()
                        .contains("46"));
    }
}
