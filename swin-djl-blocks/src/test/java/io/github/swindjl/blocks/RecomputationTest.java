// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.OneThread;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.window.ShiftMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses and gradients are those of passes that keep everything. */
@ExtendWith(OneThread.class)
class RecomputationTest {

    /** An image that windows and patch merging have to pad. */
    private static final Shape IMAGES = new Shape(3, 3, 37, 50);

    /** Of a tensor's largest gradient: three sums of float32 may be added in another order. */
    private static final double ROUNDING = 1e-6;

    /** Loss and gradients after two passes. */
    private record Result(List<Float> losses, Map<String, float[]> gradients) {}

    private static SwinConfig config(int version) {
        return Networks.small(version)
                .optStages(List.of(2, 3), List.of(2, 4))
                .optDropPath(0.5)
                .optExtraNormEvery(2)
                .optAbsolutePosition(version == 1)
                .build();
    }

    static Stream<Arguments> classifiers() {
        List<Arguments> cases = new ArrayList<>();
        for (Recomputation.Unit unit : Recomputation.Unit.values()) {
            for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
                cases.add(Arguments.of(1, unit, precision));
                cases.add(Arguments.of(2, unit, precision));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("classifiers")
    void accumulatedGradientsAreEqualToTheLastBit(
            int version, Recomputation.Unit unit, Precision precision) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(manager, config(version));
            Result kept = train(network, precision, () -> null);
            Result again = train(network, precision, () -> new Recomputation(unit));
            assertEquals(kept.losses, again.losses);
            kept.gradients.forEach(
                    (name, gradient) ->
                            assertArrayEquals(gradient, again.gradients.get(name), name));
            assertNotEquals(kept.losses.get(0), kept.losses.get(1), "nothing was dropped");
        }
    }

    static Stream<Arguments> parts() {
        List<Arguments> cases = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            for (PositionBias bias : PositionBias.values()) {
                int version = bias.isContinuous() ? 2 : 1;
                for (ShiftMode shift : ShiftMode.values()) {
                    // One head, some heads, some windows and all windows at a time.
                    long bytes = new long[] {1, 8_000, 30_000, 1 << 30}[cases.size() % 4];
                    cases.add(Arguments.of(version, precision, bias, shift, bytes));
                }
            }
        }
        return cases.stream();
    }

    /** Attention that is never whole adds the same products, in part in another order. */
    @ParameterizedTest
    @MethodSource("parts")
    void attentionInPartsGivesTheSameGradients(
            int version, Precision precision, PositionBias bias, ShiftMode shift, long bytes) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinConfig config =
                    config(version).toBuilder()
                            .optPositionBias(bias)
                            .optShift(shift)
                            .optAbsolutePosition(false)
                            .build();
            SwinClassifier network = Networks.classifier(manager, config);
            Result kept = train(network, precision, () -> null);
            Result again = train(network, precision, () -> Recomputation.ofBlocks(bytes));
            double epsilon = precision == Precision.FP32 ? 4e-6 : 2e-2;
            double largest =
                    kept.gradients.values().stream()
                            .mapToDouble(Goldens::largest)
                            .max()
                            .orElseThrow();
            kept.gradients.forEach(
                    (name, gradient) -> {
                        double difference = Goldens.difference(gradient, again.gradients.get(name));
                        assertTrue(
                                difference
                                        <= epsilon
                                                * Math.max(
                                                        Goldens.largest(gradient), 1e-2 * largest),
                                name + " differs by " + difference);
                    });
        }
    }

    static Stream<Arguments> frozen() {
        List<Arguments> cases = new ArrayList<>();
        for (Recomputation.Unit unit :
                List.of(Recomputation.Unit.STAGE, Recomputation.Unit.BLOCK)) {
            Map<String, Predicate<String>> parts = new LinkedHashMap<>();
            parts.put("stem", name -> name.startsWith("patch_embed"));
            parts.put(
                    "up to the second stage",
                    name -> name.startsWith("patch_embed") || name.startsWith("layers.0"));
            parts.put(
                    "blocks but not the merging",
                    name -> name.startsWith("patch_embed") || name.contains("blocks"));
            parts.put("a middle block", name -> name.startsWith("layers.0.blocks.1"));
            parts.put("backbone", name -> !name.startsWith("head"));
            parts.forEach((name, part) -> cases.add(Arguments.of(name, unit, part)));
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("frozen")
    void frozenPartsStayWithoutGradients(
            String name, Recomputation.Unit unit, Predicate<String> part) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinConfig config = config(2).toBuilder().optAbsolutePosition(false).build();
            SwinClassifier network = Networks.classifier(manager, config);
            StateDict.of(network).forEach((key, parameter) -> parameter.freeze(part.test(key)));
            Result kept = train(network, Precision.FP32, () -> null);
            Result again = train(network, Precision.FP32, () -> new Recomputation(unit));
            assertEquals(kept.gradients.keySet(), again.gradients.keySet());
            kept.gradients.forEach(
                    (key, gradient) -> assertArrayEquals(gradient, again.gradients.get(key), key));
        }
    }

    @ParameterizedTest
    @EnumSource(Recomputation.Unit.class)
    void mapsThatAreUsedTwiceGatherBothGradients(Recomputation.Unit unit) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinFeatures network =
                    Networks.filled(
                            manager, new SwinFeatures(config(2), List.of(0, 1), true), IMAGES);
            Result kept = train(network, Precision.FP32, () -> null);
            Result again = train(network, Precision.FP32, () -> new Recomputation(unit));
            assertEquals(kept.losses, again.losses);
            kept.gradients.forEach(
                    (name, gradient) -> {
                        double difference = Goldens.difference(gradient, again.gradients.get(name));
                        assertTrue(
                                difference <= ROUNDING * Goldens.largest(gradient),
                                name + " differs by " + difference);
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(Recomputation.Unit.class)
    void aPassLeavesNoArrayBehind(Recomputation.Unit unit) {
        try (NDManager model = NDManager.newBaseManager();
                NDManager inputs = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(model, config(2));
            NDArray x = Formula.input(inputs, IMAGES);
            step(network, x, Precision.FP32, () -> new Recomputation(unit), 1);
            int inModel = model.getManagedArrays().size();
            int inInputs = inputs.getManagedArrays().size();
            step(network, x, Precision.FP32, () -> new Recomputation(unit), 2);
            assertEquals(inModel, model.getManagedArrays().size());
            assertEquals(inInputs, inputs.getManagedArrays().size());
            step(network, x, Precision.FP32, () -> Recomputation.ofBlocks(5000), 2);
            assertEquals(inModel, model.getManagedArrays().size());
            assertEquals(inInputs, inputs.getManagedArrays().size());
            // A pass whose backward pass never comes, too.
            try (Recomputation recomputation = new Recomputation(unit)) {
                forward(network, x, Precision.FP32, recomputation, 3).close();
            }
            assertEquals(inInputs, inputs.getManagedArrays().size());
        }
    }

    private static Result train(
            Block network, Precision precision, Supplier<Recomputation> recomputation) {
        List<Float> losses = new ArrayList<>();
        Map<String, float[]> gradients = new LinkedHashMap<>();
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = Formula.input(manager, IMAGES);
            losses.add(step(network, x, precision, recomputation, 1));
            losses.add(step(network, x, precision, recomputation, 2));
        }
        StateDict.of(network)
                .forEach(
                        (name, parameter) -> {
                            if (parameter.requiresGradient()) {
                                try (NDArray gradient = Autograd.gradient(parameter.getArray())) {
                                    gradients.put(name, gradient.toFloatArray());
                                }
                                Autograd.clear(parameter.getArray());
                            }
                        });
        return new Result(losses, gradients);
    }

    /**
     * Adds the gradients of a pass; without a recomputation by the engine's own backward pass
     * alone.
     */
    private static float step(
            Block network, NDArray x, Precision precision, Supplier<Recomputation> way, long seed) {
        try (Autograd.Mode recording = Autograd.record();
                NDManager temporary = x.getManager().newSubManager();
                Recomputation recomputation = way.get()) {
            NDList outputs = forward(network, x, precision, recomputation, seed);
            outputs.attach(temporary);
            NDArray loss = temporary.create(0f);
            for (NDArray y : outputs) {
                NDArray factors = Formula.input(temporary, y.getShape());
                loss = loss.add(factors.mul(y).sum());
            }
            if (recomputation == null) {
                Autograd.backward(loss);
            } else {
                recomputation.backward(loss);
            }
            return loss.getFloat();
        }
    }

    private static NDList forward(
            Block network, NDArray x, Precision precision, Recomputation recomputation, long seed) {
        return network.forward(
                new ParameterStore(x.getManager(), false),
                new NDList(x),
                true,
                recomputation == null
                        ? ForwardOptions.of(precision, seed)
                        : ForwardOptions.of(precision, seed, recomputation));
    }
}
