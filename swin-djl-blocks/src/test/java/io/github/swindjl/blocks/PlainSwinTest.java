// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.OneThread;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.window.ShiftCancel;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowShrink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option and input size against {@link PlainSwin}. */
@ExtendWith(OneThread.class)
class PlainSwinTest {

    /** For logits of order 1; float32 gives up to 7e-6, other processors may round otherwise. */
    private static final double TOLERANCE = 2e-5;

    private static final int CLASSES = 5;

    private static double worst;

    @AfterAll
    static void recordWorst() throws IOException {
        Fidelity.record("loops", "all options and input sizes", worst);
    }

    /** Windows of 4 on grids of 8x8 and 4x4 at 32x32 pixels. */
    private static SwinConfig.Builder small(int version) {
        return Networks.small(version).optShrink(WindowShrink.BOTH_AXES);
    }

    /** Pixel rows and columns: at the size built for, not square, no multiples, odd, tiny. */
    private static final int[][] SIZES = {
        {32, 32}, {48, 32}, {36, 44}, {37, 91}, {61, 13}, {5, 9}, {1, 1}
    };

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (int version = 1; version <= 2; version++) {
            for (ShiftMode shift : ShiftMode.values()) {
                add(cases, version + " shift " + shift, small(version).optShift(shift), SIZES);
                add(
                        cases,
                        version + " shift " + shift + " of an odd window",
                        small(version).optShift(shift).optWindow(5).optShrink(WindowShrink.NEVER),
                        new int[][] {{32, 32}, {37, 91}});
                add(
                        cases,
                        version + " shift " + shift + " without shrinking",
                        small(version).optShift(shift).optShrink(WindowShrink.NEVER),
                        SIZES);
                add(
                        cases,
                        version + " shift " + shift + " where not covered",
                        small(version)
                                .optShift(shift)
                                .optShrink(WindowShrink.NEVER)
                                .optShiftCancel(ShiftCancel.WHERE_COVERED)
                                .optEdges(Edges.DROP_LEFTOVER_PIXELS),
                        new int[][] {{32, 32}, {37, 91}, {63, 14}, {5, 9}});
            }
            for (PositionBias bias : PositionBias.values()) {
                add(
                        cases,
                        version + " position bias " + bias,
                        small(version).optPositionBias(bias).optShrink(WindowShrink.NEVER),
                        new int[][] {{32, 32}, {37, 50}});
            }
            add(
                    cases,
                    version + " shrinking each axis",
                    small(version).optImageSize(16, 64).optShrink(WindowShrink.PER_AXIS),
                    new int[][] {{16, 64}, {32, 32}, {37, 91}});
            add(
                    cases,
                    version + " padding where each axis shrinks",
                    small(version)
                            .optImageSize(64, 16)
                            .optShrink(WindowShrink.PER_AXIS)
                            .optShift(ShiftMode.PADDED),
                    new int[][] {{64, 16}, {32, 32}, {37, 91}});
            add(
                    cases,
                    version + " absolute position",
                    small(version).optAbsolutePosition(true),
                    new int[][] {{32, 32}, {64, 48}, {37, 91}, {13, 21}});
            add(
                    cases,
                    version + " bare",
                    small(version)
                            .optPatchNorm(false)
                            .optQkvBias(false)
                            .optPositionBias(PositionBias.NONE)
                            .optNormEpsilon(1e-3),
                    new int[][] {{32, 32}, {37, 50}});
            add(
                    cases,
                    version + " other sizes",
                    small(version)
                            .optPatchSize(2)
                            .optChannels(1)
                            .optImageSize(21, 26)
                            .optWindow(3)
                            .optStages(List.of(3, 1, 2), List.of(1, 2, 8))
                            .optExtraNormEvery(2),
                    new int[][] {{21, 26}, {24, 24}, {7, 40}});
        }
        add(
                cases,
                "2 reference windows",
                small(2).optReferenceWindows(List.of(6, 3)).optShrink(WindowShrink.NEVER),
                new int[][] {{32, 32}, {37, 50}});
        add(
                cases,
                "2 window of one token",
                small(2).optWindow(1).optImageSize(8, 8),
                new int[][] {{8, 8}, {11, 6}});
        return cases.stream();
    }

    private static void add(
            List<Arguments> cases, String name, SwinConfig.Builder builder, int[][] sizes) {
        for (int[] size : sizes) {
            String full = "V" + name + " at " + size[0] + "x" + size[1];
            cases.add(Arguments.of(full, builder.build(), size[0], size[1]));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void equalsPlainLoops(String name, SwinConfig config, int height, int width) {
        int batch = 2;
        SwinClassifier network = new SwinClassifier(config, CLASSES);
        Formula.fill(network);
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape shape = new Shape(batch, config.channels(), height, width);
            network.initialize(manager, DataType.FLOAT32, shape);
            NDArray x = Formula.input(manager, shape);
            ParameterStore store = new ParameterStore(manager, false);
            PlainSwin plain = new PlainSwin(config, "", network);
            double[][] expected = new double[batch][];
            for (int sample = 0; sample < batch; sample++) {
                expected[sample] = plain.logits(image(x.get(sample)));
            }
            for (boolean training : new boolean[] {false, true}) {
                NDArray logits =
                        network.forward(store, new NDList(x), training, null).singletonOrThrow();
                assertEquals(new Shape(batch, CLASSES), logits.getShape());
                float[] found = logits.toFloatArray();
                double difference = 0;
                for (int i = 0; i < found.length; i++) {
                    double exact = expected[i / CLASSES][i % CLASSES];
                    difference = Math.max(difference, Math.abs(exact - found[i]));
                    assertTrue(Float.isFinite(found[i]), name);
                }
                worst = Math.max(worst, difference);
                assertTrue(difference <= TOLERANCE, name + ": differs by " + difference);
            }
        }
    }

    static double[][][] image(NDArray array) {
        Shape shape = array.getShape();
        float[] values = array.toFloatArray();
        double[][][] image = new double[(int) shape.get(0)][(int) shape.get(1)][(int) shape.get(2)];
        int at = 0;
        for (double[][] plane : image) {
            for (double[] row : plane) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = values[at++];
                }
            }
        }
        return image;
    }

    static Stream<Arguments> shiftedCases() {
        List<Arguments> cases = new ArrayList<>();
        for (int version = 1; version <= 2; version++) {
            for (int[] size : new int[][] {{32, 32}, {64, 48}, {37, 91}, {5, 9}}) {
                cases.add(Arguments.of(version, size[0], size[1]));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("shiftedCases")
    void paddedShiftHasTheGradientsOfTheCyclicOne(int version, int height, int width) {
        SwinConfig.Builder builder = small(version).optShrink(WindowShrink.NEVER);
        Map<String, float[]> cyclic =
                gradients(builder.optShift(ShiftMode.CYCLIC).build(), height, width);
        Map<String, float[]> padded =
                gradients(builder.optShift(ShiftMode.PADDED).build(), height, width);
        double largest = cyclic.values().stream().mapToDouble(Goldens::largest).max().getAsDouble();
        for (Map.Entry<String, float[]> entry : cyclic.entrySet()) {
            double difference = Goldens.difference(entry.getValue(), padded.get(entry.getKey()));
            assertTrue(difference <= 2e-5 * largest, entry.getKey() + " differs by " + difference);
        }
    }

    private static Map<String, float[]> gradients(SwinConfig config, int height, int width) {
        SwinClassifier network = new SwinClassifier(config, CLASSES);
        Formula.fill(network);
        try (NDManager manager = NDManager.newBaseManager();
                Autograd.Mode recording = Autograd.record()) {
            Shape shape = new Shape(1, config.channels(), height, width);
            network.initialize(manager, DataType.FLOAT32, shape);
            NDArray logits =
                    network.forward(
                                    new ParameterStore(manager, false),
                                    new NDList(Formula.input(manager, shape)),
                                    true,
                                    null)
                            .singletonOrThrow();
            Autograd.backward(logits.mul(Formula.input(manager, logits.getShape())).sum());
            Map<String, float[]> gradients = new TreeMap<>();
            StateDict.of(network)
                    .forEach(
                            (name, parameter) -> {
                                try (NDArray gradient = Autograd.gradient(parameter.getArray())) {
                                    gradients.put(name, gradient.toFloatArray());
                                }
                            });
            return gradients;
        }
    }

    /** Every option must matter: what it is compared with differs. */
    @ParameterizedTest
    @EnumSource(PositionBias.class)
    void positionBiasesDiffer(PositionBias bias) {
        for (PositionBias other : PositionBias.values()) {
            if (other != bias) {
                assertTrue(
                        Goldens.difference(
                                        logits(small(1).optPositionBias(bias).build()),
                                        logits(small(1).optPositionBias(other).build()))
                                > 1e-3,
                        bias + " computes what " + other + " does");
            }
        }
    }

    private static float[] logits(SwinConfig config) {
        SwinClassifier network = new SwinClassifier(config, CLASSES);
        Formula.fill(network);
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape shape = new Shape(1, config.channels(), 32, 32);
            network.initialize(manager, DataType.FLOAT32, shape);
            return network.forward(
                            new ParameterStore(manager, false),
                            new NDList(Formula.input(manager, shape)),
                            false,
                            null)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }
}
