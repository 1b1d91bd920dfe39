// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.Formula;
import io.github.swindjl.OneThread;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.window.ShiftMode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The fast kernels of inference against the plain ones of training. */
@ExtendWith(OneThread.class)
class PrepackedTest {

    @BeforeEach
    void theProcessorHasThem() {
        assumeTrue(
                EngineInfo.prepacksLinears(Device.cpu(), Precision.FP32),
                "This libtorch has no oneDNN operators, so there is nothing to compare.");
    }

    static Stream<Arguments> configurations() {
        return Stream.of(1, 2)
                .flatMap(
                        version ->
                                Stream.of(
                                        Arguments.of("plain", base(version)),
                                        Arguments.of("padded", base(version).optEdges(Edges.PAD)),
                                        Arguments.of(
                                                "bordered",
                                                base(version).optShift(ShiftMode.PADDED)),
                                        Arguments.of(
                                                "unshifted",
                                                base(version).optShift(ShiftMode.NONE)),
                                        Arguments.of(
                                                "without position bias",
                                                base(version).optPositionBias(PositionBias.NONE)),
                                        Arguments.of(
                                                "without bias of queries",
                                                base(version).optQkvBias(false)),
                                        Arguments.of(
                                                "more norms", base(version).optExtraNormEvery(2))));
    }

    private static SwinConfig.Builder base(int version) {
        return Networks.small(version);
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("configurations")
    void equalThePlainKernels(String name, SwinConfig.Builder builder) {
        SwinConfig config = builder.build();
        // The third is cut into samples, the fourth into windows.
        List<Shape> images =
                config.edges() == Edges.STRICT
                        ? List.of(image(1, 32, 32), image(3, 64, 32), image(7, 128, 96))
                        : List.of(image(2, 37, 91), image(1, 4, 4), image(6, 131, 117));
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(manager, config);
            for (Shape image : images) {
                compare(network, Formula.input(manager, image), 1e-5f);
            }
            int side = config.edges() == Edges.STRICT ? 288 : 301;
            compare(network, Formula.input(manager, image(1, side, side)), 1e-5f);
        }
    }

    private static Shape image(int batch, int height, int width) {
        return new Shape(batch, 3, height, width);
    }

    private static void compare(SwinClassifier network, NDArray x, float tolerance) {
        float[] plain = Networks.inferPlain(network, x).toFloatArray();
        float[] fast = Networks.infer(network, x).toFloatArray();
        float scale = 1;
        for (float value : plain) {
            scale = Math.max(scale, Math.abs(value));
        }
        assertArrayEquals(plain, fast, tolerance * scale, x.getShape().toString());
    }

    @ParameterizedTest
    @CsvSource({"1,64", "2,64", "1,288", "2,288"})
    void bfloat16StaysAsNearAsThePlainKernels(int version, int side) {
        assumeTrue(
                EngineInfo.prepacksLinears(Device.cpu(), Precision.BF16),
                "This processor has no bfloat16 instructions.");
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(manager, base(version).build());
            NDArray x = Formula.input(manager, image(2, side, side));
            float[] exact = Networks.inferPlain(network, x).toFloatArray();
            float[] plain =
                    Networks.forward(network, x, false, ForwardOptions.plain(Precision.BF16))
                            .toFloatArray();
            float[] fast =
                    Networks.forward(network, x, false, ForwardOptions.of(Precision.BF16))
                            .toFloatArray();
            assertFalse(Arrays.equals(plain, fast));
            assertEquals(0, distance(exact, fast), 2 * distance(exact, plain));
        }
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void samplesDoNotDependOnTheirBatch(int version) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(manager, base(version).build());
            NDArray x = Formula.input(manager, image(5, 64, 64));
            float[] together = Networks.infer(network, x).toFloatArray();
            for (int i = 0; i < 5; i++) {
                float[] alone = Networks.infer(network, x.get(i + ":" + (i + 1))).toFloatArray();
                float[] expected =
                        Arrays.copyOfRange(
                                together, i * Networks.CLASSES, (i + 1) * Networks.CLASSES);
                assertArrayEquals(expected, alone, 1e-6f);
            }
        }
    }
}
