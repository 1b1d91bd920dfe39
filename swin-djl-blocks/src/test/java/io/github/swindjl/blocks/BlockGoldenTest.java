// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonObject;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.OneThread;
import io.github.swindjl.TestData;
import io.github.swindjl.kernels.Autograd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits and gradients of small networks against the official code and torchvision. */
@ExtendWith(OneThread.class)
class BlockGoldenTest {

    private static final double LOGITS_TOLERANCE = 1e-5;

    /** Of the largest gradient of the tensor. */
    private static final double GRADIENTS_RELATIVE = 1e-4;

    static Stream<String> cases() throws IOException {
        try (Stream<Path> files = Files.list(TestData.file("goldens/blocks"))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.replace(".json", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsAndGradientsEqualTheReference(String name) throws IOException {
        JsonObject json = Goldens.json(TestData.file("goldens/blocks/" + name + ".json"));
        Map<String, float[]> golden = Goldens.tensors("goldens/blocks/" + name + ".safetensors");
        SwinConfig config = Goldens.config(json.getAsJsonObject("config"));
        int classes = json.getAsJsonObject("config").get("numClasses").getAsInt();
        SwinClassifier network = new SwinClassifier(config, classes);
        Formula.fill(network, json.get("logitScaleOffset").getAsFloat());
        JsonObject rounding = json.getAsJsonObject("float32_vs_float64");

        try (NDManager manager = NDManager.newBaseManager();
                Autograd.Mode recording = Autograd.record()) {
            Shape shape =
                    new Shape(
                            json.get("batch").getAsInt(),
                            config.channels(),
                            config.imageHeight(),
                            config.imageWidth());
            network.initialize(manager, DataType.FLOAT32, shape);
            ParameterStore store = new ParameterStore(manager, false);
            NDArray x = Formula.input(manager, shape);
            x.setRequiresGradient(true);

            NDArray inferred =
                    network.forward(store, new NDList(x), false, null).singletonOrThrow();
            NDArray trained = network.forward(store, new NDList(x), true, null).singletonOrThrow();
            double inferredDifference =
                    Goldens.difference(golden.get("logits"), inferred.toFloatArray());
            assertTrue(
                    inferredDifference <= LOGITS_TOLERANCE,
                    name + ": logits differ by " + inferredDifference);
            double trainedDifference =
                    Goldens.difference(golden.get("logits"), trained.toFloatArray());
            assertTrue(
                    trainedDifference <= LOGITS_TOLERANCE,
                    name + ": logits while training differ by " + trainedDifference);

            float[] cotangent = Formula.values("cotangent", (int) trained.size());
            Autograd.backward(trained.mul(manager.create(cotangent, trained.getShape())).sum());
            Map<String, float[]> gradients = gradients(network, x);
            assertEquals(
                    golden.keySet().stream().filter(key -> !key.equals("logits")).toList(),
                    gradients.keySet().stream().toList());
            double overall = 0;
            for (String key : gradients.keySet()) {
                overall = Math.max(overall, Goldens.largest(golden.get(key)));
            }
            double worst = 0;
            for (Map.Entry<String, float[]> gradient : gradients.entrySet()) {
                float[] expected = golden.get(gradient.getKey());
                double difference = Goldens.difference(expected, gradient.getValue());
                // Where float32 costs the reference more, as where cosines cancel, twice that.
                double bound =
                        GRADIENTS_RELATIVE * Goldens.largest(expected)
                                + 2 * rounding.get("gradients").getAsDouble();
                worst = Math.max(worst, difference / overall);
                assertTrue(
                        difference <= bound,
                        name + ": " + gradient.getKey() + " differs by " + difference);
            }
            Fidelity.record("block", name, inferredDifference, worst);
        }
    }

    private static Map<String, float[]> gradients(SwinClassifier network, NDArray x) {
        Map<String, float[]> gradients = new TreeMap<>();
        for (Map.Entry<String, Parameter> entry : StateDict.of(network).entrySet()) {
            try (NDArray gradient = Autograd.gradient(entry.getValue().getArray())) {
                gradients.put("grad." + entry.getKey(), gradient.toFloatArray());
            }
        }
        try (NDArray gradient = Autograd.gradient(x)) {
            gradients.put("grad.input", gradient.toFloatArray());
        }
        return gradients;
    }
}
