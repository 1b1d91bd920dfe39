// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.github.swindjl.TestData;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits of the published architectures, whole, against timm. */
class ModelGoldenTest {

    /** The project's promise is 1e-4; what is measured is below 1e-5. */
    private static final double TOLERANCE = 2e-5;

    private static final Pattern NAME =
            Pattern.compile(
                    "swin(?<v2>v2)?_(?<size>[tsbl])[a-z]+_(patch4_)?window((?<reference>\\d+)to)?"
                            + "(?<window>\\d+)_(\\d+to)?(?<image>\\d+)");

    static Stream<String> names() throws IOException {
        return models().keySet().stream();
    }

    private static JsonObject models() throws IOException {
        return Goldens.json(TestData.file("goldens/models/models.json")).getAsJsonObject("models");
    }

    static SwinConfig config(String name) {
        Matcher matcher = NAME.matcher(name);
        assertTrue(matcher.matches(), name);
        int image = Integer.parseInt(matcher.group("image"));
        SwinConfig.Builder builder =
                (matcher.group("v2") == null ? SwinConfig.v1() : SwinConfig.v2())
                        .optSize(SwinSize.valueOf(matcher.group("size").toUpperCase(Locale.ROOT)))
                        .optImageSize(image, image)
                        .optWindow(Integer.parseInt(matcher.group("window")))
                        .optEdges(Edges.STRICT);
        if (matcher.group("reference") != null) {
            int reference = Integer.parseInt(matcher.group("reference"));
            builder.optReferenceWindows(List.of(reference, reference, reference, reference / 2));
        }
        return builder.build();
    }

    @ParameterizedTest
    @MethodSource("names")
    void logitsEqualTheReference(String name) throws IOException {
        JsonObject model = models().getAsJsonObject(name);
        SwinClassifier network = new SwinClassifier(config(name), model.get("classes").getAsInt());
        long parameters =
                StateDict.of(network).values().stream()
                        .mapToLong(parameter -> parameter.getShape().size())
                        .sum();
        assertEquals(model.get("parameters").getAsLong(), parameters);

        float[] expected = Goldens.tensors("goldens/models/" + name + ".safetensors").get("logits");
        Formula.fill(network);
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape shape =
                    new Shape(
                            Goldens.ints(model.get("inputShape")).stream()
                                    .mapToLong(Integer::longValue)
                                    .toArray());
            network.initialize(manager, DataType.FLOAT32, shape);
            NDArray logits =
                    network.forward(
                                    new ParameterStore(manager, false),
                                    new NDList(Formula.input(manager, shape)),
                                    false,
                                    null)
                            .singletonOrThrow();
            double difference = Goldens.difference(expected, logits.toFloatArray());
            Fidelity.record("model", name, difference);
            assertTrue(difference <= TOLERANCE, name + ": logits differ by " + difference);
            assertArrayEquals(
                    Goldens.ints(model.get("top1")).stream()
                            .mapToLong(Integer::longValue)
                            .toArray(),
                    logits.argMax(1).toLongArray());
        }
    }
}
