// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

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
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Precision;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UperNet against Transformers: small networks in training, too, and the published ones whole. */
class SegmentationGoldenTest {

    private static final double LOGITS_TOLERANCE = 1e-5;

    /** Of the largest gradient of the tensor. */
    private static final double GRADIENTS_RELATIVE = 1e-4;

    /** The project's promise is 1e-3. */
    private static final double PUBLISHED_TOLERANCE = 1e-4;

    private record Case(JsonObject json, Map<String, float[]> golden) {

        static Case read(String name) throws IOException {
            String file = "goldens/segmentation/" + name;
            return new Case(
                    Goldens.json(TestData.file(file + ".json")),
                    Goldens.tensors(file + ".safetensors"));
        }

        UperNet network() {
            JsonObject config = json.getAsJsonObject("config");
            boolean second = config.has("version") && config.get("version").getAsInt() == 2;
            SwinConfig backbone =
                    (second ? SwinConfig.v2() : SwinConfig.v1())
                            .optWidth(config.get("embedDim").getAsInt())
                            .optStages(
                                    Goldens.ints(config.get("depths")),
                                    Goldens.ints(config.get("heads")))
                            .optWindow(config.get("window").getAsInt())
                            .optMlpRatio(config.get("mlpRatio").getAsDouble())
                            .build();
            UperNet network =
                    new UperNet(
                            config.has("channels")
                                    ? new UperNetConfig(
                                            backbone,
                                            config.get("numClasses").getAsInt(),
                                            config.get("channels").getAsInt(),
                                            config.get("auxiliaryChannels").getAsInt(),
                                            0)
                                    : UperNetConfig.of(backbone, 150));
            Formula.fill(network);
            return network;
        }

        Shape input() {
            JsonObject config = json.getAsJsonObject("config");
            return new Shape(
                    config.get("batch").getAsInt(),
                    3,
                    config.get("imageHeight").getAsInt(),
                    config.get("imageWidth").getAsInt());
        }

        void check(String name, NDArray found, double bound) {
            check(name, found.toFloatArray(), bound);
        }

        void check(String name, float[] found, double bound) {
            double difference = Goldens.difference(golden.get(name), found);
            assertTrue(difference <= bound, name + " differs by " + difference + " > " + bound);
        }
    }

    @ExtendWith(OneThread.class)
    @ParameterizedTest
    @ValueSource(strings = {"v1_square", "v1_odd", "v1_wide", "v2_odd"})
    void inferenceEqualsTheReference(String name) throws IOException {
        Case golden = Case.read(name);
        UperNet network = golden.network();
        assertEquals(
                golden.json.get("parameters").getAsInt(),
                StateDict.of(network).size(),
                "names of parameters and statistics");
        try (NDManager manager = NDManager.newBaseManager()) {
            network.initialize(manager, DataType.FLOAT32, golden.input());
            ParameterStore store = new ParameterStore(manager, false);
            NDArray x = Formula.input(manager, golden.input());
            NDList fast = network.forward(store, new NDList(x), false, null);
            assertEquals(network.getOutputShapes(new Shape[] {x.getShape()})[0], shape(fast));
            golden.check("logits", fast.get(0), LOGITS_TOLERANCE);
            NDList plain =
                    network.forward(
                            store, new NDList(x), false, ForwardOptions.plain(Precision.FP32));
            golden.check("logits", plain.singletonOrThrow(), LOGITS_TOLERANCE);
            Shape size = golden.input();
            NDArray resized =
                    Bilinear.resize(false, fast.get(0), (int) size.get(2), (int) size.get(3));
            golden.check("resized", resized.get(":, :2"), LOGITS_TOLERANCE);
        }
    }

    private static Shape shape(NDList outputs) {
        return outputs.singletonOrThrow().getShape();
    }

    @ExtendWith(OneThread.class)
    @ParameterizedTest
    @ValueSource(strings = {"v1_square", "v1_odd", "v1_wide", "v2_odd"})
    void trainingEqualsTheReference(String name) throws IOException {
        Case golden = Case.read(name);
        UperNet network = golden.network();
        JsonObject rounding = golden.json.getAsJsonObject("float32_vs_float64");
        try (NDManager manager = NDManager.newBaseManager();
                Autograd.Mode recording = Autograd.record()) {
            network.initialize(manager, DataType.FLOAT32, golden.input());
            NDArray x = Formula.input(manager, golden.input());
            x.setRequiresGradient(true);
            NDList outputs =
                    network.forward(new ParameterStore(manager, false), new NDList(x), true, null);
            assertEquals(2, outputs.size());
            double bound = LOGITS_TOLERANCE + 2 * rounding.get("train.").getAsDouble();
            golden.check("train.logits", outputs.get(0), bound);
            golden.check("train.auxiliary", outputs.get(1), bound);

            Autograd.backward(
                    weighted(manager, outputs.get(0)).add(weighted(manager, outputs.get(1))));
            Map<String, float[]> found = new TreeMap<>();
            found.put("grad.input", gradient(x));
            StateDict.of(network).forEach((key, parameter) -> collect(found, key, parameter));
            assertEquals(
                    golden.golden.keySet().stream()
                            .filter(key -> key.startsWith("grad.") || key.startsWith("after."))
                            .toList(),
                    found.keySet().stream().sorted().toList());
            double double32 = 2 * rounding.get("grad.").getAsDouble();
            found.forEach(
                    (key, values) ->
                            golden.check(
                                    key,
                                    values,
                                    key.startsWith("after.")
                                            ? 1e-6
                                            : GRADIENTS_RELATIVE
                                                            * Goldens.largest(
                                                                    golden.golden.get(key))
                                                    + double32));
        }
    }

    private static NDArray weighted(NDManager manager, NDArray logits) {
        float[] cotangent = Formula.values("cotangent", (int) logits.size());
        return logits.mul(manager.create(cotangent, logits.getShape())).sum();
    }

    private static void collect(Map<String, float[]> found, String name, Parameter parameter) {
        if (parameter.requiresGradient()) {
            found.put("grad." + name, gradient(parameter.getArray()));
        } else {
            found.put("after." + name, parameter.getArray().toFloatArray());
        }
    }

    private static float[] gradient(NDArray array) {
        try (NDArray gradient = Autograd.gradient(array)) {
            return gradient.toFloatArray();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "upernet_swin_tiny_window7_511x397")
    void publishedTinyEqualsTheReference(String name) throws IOException {
        checkPublished(name);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "upernet_swin_tiny_window7_512x512",
                "upernet_swin_base_window7_512x512",
                "upernet_swin_base_window7_511x397",
                "upernet_swin_base_window12_511x397"
            })
    void publishedNetworksEqualTheReference(String name) throws IOException {
        checkPublished(name);
    }

    private static void checkPublished(String name) throws IOException {
        Case golden = Case.read(name);
        UperNet network = golden.network();
        golden.json
                .getAsJsonObject("parametersOf")
                .asMap()
                .forEach(
                        (part, count) ->
                                assertEquals(count.getAsLong(), trained(network, part), part));
        try (NDManager manager = NDManager.newBaseManager()) {
            network.initialize(manager, DataType.FLOAT32, golden.input());
            NDArray x = Formula.input(manager, golden.input());
            ParameterStore store = new ParameterStore(manager, false);
            NDArray logits = network.forward(store, new NDList(x), false, null).get(0);
            int stride = golden.json.get("stride").getAsInt();
            String at = ":, :, " + stride / 2 + "::" + stride + ", " + stride / 2 + "::" + stride;
            golden.check("sample", logits.get(at), PUBLISHED_TOLERANCE);
            golden.check(
                    "means", logits.mean(new int[] {3}).mean(new int[] {2}), PUBLISHED_TOLERANCE);
        }
    }

    private static long trained(UperNet network, String part) {
        return StateDict.of(network).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(part + "."))
                .filter(entry -> entry.getValue().requiresGradient())
                .mapToLong(entry -> entry.getValue().getShape().size())
                .sum();
    }
}
