// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.Twins;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The operations of the deterministic mode compute what the usual ones do. */
class DeterministicTest {

    /** An image that windows and patch merging have to pad, and that patches do not divide. */
    private static final Shape IMAGES = new Shape(2, 3, 37, 50);

    /** A loss and the gradients of all parameters by their names. */
    private record Result(float loss, Map<String, float[]> gradients) {}

    static Stream<Arguments> networks() {
        List<Arguments> cases = new ArrayList<>();
        for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
            for (PositionBias bias : PositionBias.values()) {
                for (ShiftMode shift : ShiftMode.values()) {
                    cases.add(Arguments.of(precision, bias, shift));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void classifiersHaveTheSameGradients(Precision precision, PositionBias bias, ShiftMode shift) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinConfig config =
                    Networks.small(bias.isContinuous() ? 2 : 1)
                            .optWindow(3)
                            .optDropPath(0.3)
                            .optPositionBias(bias)
                            .optShift(shift)
                            .optAbsolutePosition(true)
                            .build();
            double rounding = precision == Precision.BF16 ? 3e-2 : 4e-6;
            compare(Networks.classifier(manager, config), manager, precision, rounding);
        }
    }

    /**
     * Batch normalisation of the few values of small maps divides by small deviations, so that only
     * the parts of the heads are compared elsewhere; here, that nothing is left to chance.
     */
    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP32", "BF16"})
    void segmentationNetworksRepeatToTheLastBit(Precision precision) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinConfig backbone =
                    SwinConfig.v1()
                            .optWidth(8)
                            .optStages(List.of(1, 2, 1), List.of(1, 2, 4))
                            .optWindow(4)
                            .build();
            UperNet network = new UperNet(new UperNetConfig(backbone, 5, 12, 6, 0.1));
            Networks.filled(manager, network, IMAGES);
            PairList<String, Object> usual = ForwardOptions.of(precision, 3);
            assertFalse(
                    same(
                            train(network, manager, usual),
                            train(network, manager, deterministic(precision))));
            assertTrue(
                    same(
                            train(network, manager, deterministic(precision)),
                            train(network, manager, deterministic(precision))));
        }
    }

    private static boolean same(Result one, Result other) {
        return one.loss == other.loss
                && one.gradients.keySet().stream()
                        .allMatch(
                                name ->
                                        Arrays.equals(
                                                one.gradients.get(name),
                                                other.gradients.get(name)));
    }

    @ParameterizedTest
    @CsvSource({"FP32, true", "FP32, false", "BF16, true"})
    void patchesAreProjectedAlike(Precision precision, boolean pad) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Twins.assertSame(
                    PatchEmbedding.class,
                    "patch_embedding.py",
                    Map.of("patch", 4, "pad", pad, "precision", precision),
                    precision == Precision.FP32 ? 2e-6 : 2e-2,
                    Formula.input(manager, IMAGES),
                    Formula.input(manager, new Shape(6, 3, 4, 4)),
                    Formula.input(manager, new Shape(6)));
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 4", "7, 5", "3, 9", "1, 2"})
    void positionsAreResizedAlike(int height, int width) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Twins.assertSame(
                    SwinBackbone.class,
                    "absolute_position.py",
                    Map.of("height", 4, "width", 5),
                    2e-6,
                    Formula.input(manager, new Shape(2, height, width, 3)),
                    Formula.input(manager, new Shape(1, 20, 3)));
        }
    }

    private static void compare(
            Block network, NDManager manager, Precision precision, double rounding) {
        Result usual = train(network, manager, ForwardOptions.of(precision, 3));
        // Cosine attention enlarges roundings: how much shows in an input off by as much as single
        // operations may be.
        Result near = train(network, manager, ForwardOptions.of(precision, 3), 2e-6f);
        Result found = train(network, manager, deterministic(precision));
        Result again = train(network, manager, deterministic(precision));
        assertTrue(same(found, again));
        double largest =
                usual.gradients.values().stream().mapToDouble(Goldens::largest).max().orElseThrow();
        assertTrue(largest > 0);
        usual.gradients.forEach(
                (name, gradient) -> {
                    double difference = Goldens.difference(gradient, found.gradients.get(name));
                    double allowed =
                            Math.max(
                                    rounding * Math.max(Goldens.largest(gradient), 1e-2 * largest),
                                    2 * Goldens.difference(gradient, near.gradients.get(name)));
                    assertTrue(
                            difference <= allowed,
                            name
                                    + " differs by "
                                    + difference
                                    + " of "
                                    + Goldens.largest(gradient)
                                    + ", allowed "
                                    + allowed);
                });
    }

    private static PairList<String, Object> deterministic(Precision precision) {
        return ForwardOptions.deterministic(ForwardOptions.of(precision, 3));
    }

    private static Result train(Block network, NDManager owner, PairList<String, Object> options) {
        return train(network, owner, options, 0);
    }

    /** Trains on pictures that are moved by a share of others. */
    private static Result train(
            Block network, NDManager owner, PairList<String, Object> options, float share) {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        StateDict.of(network)
                .forEach(
                        (name, parameter) -> {
                            if (parameter.requiresGradient()) {
                                parameters.put(name, parameter.getArray());
                            }
                        });
        try (NDManager manager = owner.newSubManager();
                Autograd.Mode recording = Autograd.record()) {
            parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
            NDArray x = Formula.input(manager, IMAGES);
            x = x.add(x.flip(3).mul(share));
            NDList outputs =
                    network.forward(
                            new ParameterStore(manager, false), new NDList(x), true, options);
            NDArray loss = manager.zeros(new Shape());
            for (NDArray output : outputs) {
                NDArray weights = Formula.input(manager, output.getShape());
                loss = loss.add(output.mul(weights).sum());
            }
            Autograd.backward(loss);
            Map<String, float[]> gradients = new LinkedHashMap<>();
            parameters.forEach(
                    (name, parameter) -> {
                        try (NDArray gradient = Autograd.gradient(parameter)) {
                            gradients.put(name, gradient.toFloatArray());
                        }
                        Autograd.clear(parameter);
                    });
            return new Result(loss.getFloat(), gradients);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "4, 1", "2, 2", "3, 5", "7, 7"})
    void spreadingATableIsGatheringItsRows(int height, int width) {
        try (NDManager manager = NDManager.newBaseManager()) {
            WindowPlan plan = new WindowPlan(height, width, 0, 0);
            NDArray table = manager.arange((2f * height - 1) * (2 * width - 1) * 2).reshape(-1, 2);
            NDArray index = new WindowTables().index(table, table, plan);
            assertArrayEquals(
                    table.get(index).toFloatArray(),
                    WindowTables.spread(table, table, plan).toFloatArray());
        }
    }
}
