// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.OneThread;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Low precision stays near float32, and leaves gradients in float32 and finite. Heads have 32
 * channels, as in the published networks: with a few, cosines of rounded numbers say little.
 */
@ExtendWith(OneThread.class)
class PrecisionTest {

    /**
     * Of the largest value, for the two sizes of mantissa: some ten roundings, each half a unit in
     * the last of 8 or 11 bits, pass through the network.
     */
    private static double tolerance(Precision precision) {
        return precision == Precision.BF16 ? 10 * 0x1p-8 : 10 * 0x1p-11;
    }

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Precision precision : List.of(Precision.BF16, Precision.FP16)) {
            for (int version = 1; version <= 2; version++) {
                for (boolean bias : new boolean[] {true, false}) {
                    // The last two sizes leave tokens that are padding, whose keys are zero in V2.
                    for (int[] size : new int[][] {{32, 32}, {37, 50}, {9, 14}}) {
                        cases.add(Arguments.of(precision, version, bias, size[0], size[1]));
                    }
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsAndGradientsStayNearFloat32(
            Precision precision, int version, boolean bias, int height, int width) {
        SwinConfig config = Networks.small(version).optWidth(64).optQkvBias(bias).build();
        try (NDManager manager = NDManager.newBaseManager();
                Autograd.Mode recording = Autograd.record()) {
            SwinClassifier network = Networks.classifier(manager, config);
            NDArray x = Formula.input(manager, new Shape(2, 3, height, width));
            for (boolean training : new boolean[] {false, true}) {
                float[] exact =
                        Networks.forward(network, x, training, ForwardOptions.of(Precision.FP32))
                                .toFloatArray();
                NDArray low = Networks.forward(network, x, training, ForwardOptions.of(precision));
                assertEquals(DataType.FLOAT32, low.getDataType());
                double difference = Goldens.difference(exact, low.toFloatArray());
                assertNotEquals(0, difference, "the precision has no effect");
                assertTrue(
                        difference <= tolerance(precision) * Goldens.largest(exact),
                        "logits differ by " + difference);
            }
            Map<String, float[]> exact = gradients(network, x, Precision.FP32);
            Map<String, float[]> low = gradients(network, x, precision);
            double largest =
                    exact.values().stream().mapToDouble(Goldens::largest).max().getAsDouble();
            exact.forEach(
                    (name, gradient) -> {
                        double difference = Goldens.difference(gradient, low.get(name));
                        assertTrue(
                                difference <= 2 * tolerance(precision) * largest,
                                name + " differs by " + difference + " of " + largest);
                    });
        }
    }

    private static Map<String, float[]> gradients(
            SwinClassifier network, NDArray x, Precision precision) {
        NDArray logits = Networks.forward(network, x, true, ForwardOptions.of(precision));
        Autograd.backward(logits.mul(Formula.input(x.getManager(), logits.getShape())).sum());
        Map<String, float[]> gradients = new TreeMap<>();
        StateDict.of(network)
                .forEach(
                        (name, parameter) -> {
                            try (NDArray gradient = Autograd.gradient(parameter.getArray())) {
                                assertEquals(DataType.FLOAT32, gradient.getDataType(), name);
                                gradients.put(name, gradient.toFloatArray());
                            }
                            Autograd.clear(parameter.getArray());
                        });
        return gradients;
    }
}
