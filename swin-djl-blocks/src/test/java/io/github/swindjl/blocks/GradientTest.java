// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.github.swindjl.window.ShiftMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Outputs and gradients of every public block against central differences of {@link PlainSwin}.
 *
 * <p>The objective is the product of the outputs with fixed factors. Differences are taken in
 * double precision, so that their own error, some 1e-8, does not count; in float32 the kinks of the
 * position bias' ReLU and rounding leave no step that is small and large enough. The input and
 * every parameter tensor are checked along random directions of unit length.
 */
@ExtendWith(OneThread.class)
class GradientTest {

    private static final double STEP = 1e-6;

    /** Of the largest output; float32 gives up to 4e-6 where V2 sums many biases. */
    private static final double OUTPUT_TOLERANCE = 2e-5;

    /** Of the length of the tensor's gradient; float32 gives up to 3e-5. */
    private static final double GRADIENT_TOLERANCE = 1e-4;

    private static final int DIRECTIONS = 3;

    private static double worstOutput;
    private static double worstGradient;

    @AfterAll
    static void recordWorst() throws IOException {
        Fidelity.record("differences", "every block", worstOutput, worstGradient);
    }

    /** The outputs for one sample: an image or a map to maps, in the order of the arrays. */
    private interface Plain {
        List<double[][][]> outputs(PlainSwin plain, double[][][] sample);
    }

    private interface PlainUnary {
        double[][][] output(PlainSwin plain, double[][][] sample);
    }

    private static Arguments of(
            String name,
            SwinConfig config,
            String prefix,
            Block block,
            Shape input,
            PlainUnary plain) {
        Plain list = (oracle, sample) -> List.<double[][][]>of(plain.output(oracle, sample));
        return Arguments.of(name, config, prefix, block, input, list);
    }

    static Stream<Arguments> blocks() {
        Shape image = new Shape(2, 3, 14, 19);
        Shape map = new Shape(2, 5, 7, 8);
        Shape halved = new Shape(2, 5, 7, 16);
        List<Arguments> blocks = new ArrayList<>();
        for (int version = 1; version <= 2; version++) {
            SwinConfig config = Networks.small(version).build();
            String v = " V" + version;
            blocks.add(
                    of(
                            "patch embedding" + v,
                            config,
                            "patch_embed.",
                            new PatchEmbedding(config),
                            image,
                            PlainSwin::embed));
            blocks.add(attention("attention" + v, config, 0, map));
            blocks.add(attention("attention, shifted" + v, config, 1, map));
            for (PositionBias bias : PositionBias.values()) {
                SwinConfig biased = config.toBuilder().optPositionBias(bias).build();
                blocks.add(attention("attention, bias " + bias + v, biased, 1, map));
            }
            SwinConfig padded = config.toBuilder().optShift(ShiftMode.PADDED).build();
            blocks.add(attention("attention, shift padded" + v, padded, 1, map));
            SwinConfig extra = config.toBuilder().optExtraNormEvery(2).build();
            for (SwinConfig each : List.of(config, extra)) {
                blocks.add(
                        of(
                                "block, extra norm " + each.extraNormEvery() + v,
                                each,
                                "layers.0.blocks.1.",
                                new SwinBlock(each, 0, 1),
                                map,
                                (plain, sample) -> plain.block(sample, 0, 1)));
            }
            blocks.add(
                    of(
                            "patch merging" + v,
                            config,
                            "layers.0.downsample.",
                            new PatchMerging(config, 0),
                            map,
                            (plain, sample) -> plain.merge(sample, 0)));
            blocks.add(
                    of(
                            "stage" + v,
                            config,
                            "layers.1.",
                            new SwinStage(config, 1),
                            halved,
                            (plain, sample) -> plain.stage(sample, 1)));
            SwinConfig absolute = config.toBuilder().optAbsolutePosition(true).build();
            blocks.add(
                    of(
                            "backbone, absolute position" + v,
                            absolute,
                            "",
                            new SwinBackbone(absolute),
                            image,
                            PlainSwin::backbone));
            Plain features =
                    (plain, sample) -> List.of(plain.feature(sample, 0), plain.feature(sample, 1));
            blocks.add(
                    Arguments.of(
                            "features" + v,
                            config,
                            "",
                            new SwinFeatures(config, List.of(1, 0), true),
                            image,
                            features));
            blocks.add(
                    of(
                            "classifier" + v,
                            config,
                            "",
                            new SwinClassifier(config, 3),
                            image,
                            (plain, sample) -> new double[][][] {{plain.logits(sample)}}));
        }
        blocks.add(
                of(
                        "MLP",
                        Networks.small(1).build(),
                        "mlp.",
                        new Mlp(8, 16),
                        map,
                        (plain, sample) -> plain.mlp("mlp.", sample)));
        return blocks.stream();
    }

    private static Arguments attention(String name, SwinConfig config, int block, Shape map) {
        return of(
                name,
                config,
                "layers.0.blocks." + block + ".attn.",
                new WindowAttention(config, 0, block),
                map,
                (plain, sample) -> plain.attention(sample, 0, block));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void gradientsEqualCentralDifferences(
            String name, SwinConfig config, String prefix, Block block, Shape input, Plain plain) {
        try (NDManager manager = NDManager.newBaseManager();
                Autograd.Mode recording = Autograd.record()) {
            Networks.filled(manager, block, input);
            NDArray x = Formula.input(manager, input);
            x.setRequiresGradient(true);
            NDList outputs =
                    block.forward(new ParameterStore(manager, false), new NDList(x), true, null);
            NDArray objective = manager.create(0f);
            List<float[]> factors = new ArrayList<>();
            for (NDArray y : outputs) {
                float[] drawn = Formula.values("cotangent" + factors.size(), (int) y.size());
                factors.add(drawn);
                objective = objective.add(y.mul(manager.create(drawn, y.getShape())).sum());
            }
            Autograd.backward(objective);

            PlainSwin oracle = new PlainSwin(config, prefix, block);
            double[][][][] samples = new double[(int) input.get(0)][][][];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = PlainSwinTest.image(x.get(i));
            }
            checkOutputs(name, outputs, oracle, samples, plain);
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            tensors.put("input", x);
            StateDict.of(block).forEach((key, parameter) -> tensors.put(key, parameter.getArray()));
            SplittableRandom random = new SplittableRandom(7);
            tensors.forEach(
                    (key, tensor) -> {
                        double[][] values =
                                tensor == x
                                        ? rows(samples)
                                        : new double[][] {oracle.parameter(prefix + key)};
                        float[] gradient;
                        try (NDArray array = Autograd.gradient(tensor)) {
                            gradient = array.toFloatArray();
                        }
                        for (int i = 0; i < DIRECTIONS; i++) {
                            double[] direction = direction(gradient.length, random);
                            move(values, direction, STEP);
                            double above = objective(oracle, samples, plain, factors);
                            move(values, direction, -2 * STEP);
                            double below = objective(oracle, samples, plain, factors);
                            move(values, direction, STEP);
                            double expected = (above - below) / (2 * STEP);
                            check(name + ": " + key, gradient, direction, expected);
                        }
                    });
        }
    }

    private static void checkOutputs(
            String name, NDList outputs, PlainSwin oracle, double[][][][] samples, Plain plain) {
        for (int output = 0; output < outputs.size(); output++) {
            float[] found = outputs.get(output).toFloatArray();
            double largest = Goldens.largest(found);
            int at = 0;
            for (double[][][] sample : samples) {
                for (double[] row : rows(plain.outputs(oracle, sample).get(output))) {
                    for (double expected : row) {
                        double difference = Math.abs(expected - found[at++]) / largest;
                        worstOutput = Math.max(worstOutput, difference);
                        assertTrue(
                                difference <= OUTPUT_TOLERANCE,
                                name + ": an output differs by " + difference);
                    }
                }
            }
            assertEquals(found.length, at);
        }
    }

    private static void check(String name, float[] gradient, double[] direction, double expected) {
        double found = 0;
        double squares = 0;
        for (int i = 0; i < gradient.length; i++) {
            found += gradient[i] * direction[i];
            squares += (double) gradient[i] * gradient[i];
        }
        double length = Math.sqrt(squares);
        double difference = Math.abs(expected - found);
        // A parameter that has no part in the result, such as a scale without query and key.
        if (length > 0) {
            worstGradient = Math.max(worstGradient, difference / length);
        }
        assertTrue(
                difference <= GRADIENT_TOLERANCE * length,
                name + ": expected " + expected + ", found " + found + " of length " + length);
    }

    private static double objective(
            PlainSwin oracle, double[][][][] samples, Plain plain, List<float[]> factors) {
        double sum = 0;
        int[] at = new int[factors.size()];
        for (double[][][] sample : samples) {
            List<double[][][]> outputs = plain.outputs(oracle, sample);
            for (int output = 0; output < at.length; output++) {
                for (double[] row : rows(outputs.get(output))) {
                    for (double value : row) {
                        sum += value * factors.get(output)[at[output]++];
                    }
                }
            }
        }
        return sum;
    }

    /** A random direction of unit length. */
    private static double[] direction(int size, SplittableRandom random) {
        double[] direction = random.doubles(size, -1, 1).toArray();
        double squares = 0;
        for (double value : direction) {
            squares += value * value;
        }
        for (int i = 0; i < size; i++) {
            direction[i] /= Math.sqrt(squares);
        }
        return direction;
    }

    private static void move(double[][] values, double[] direction, double step) {
        int at = 0;
        for (double[] row : values) {
            for (int i = 0; i < row.length; i++) {
                row[i] += step * direction[at++];
            }
        }
    }

    /** The innermost arrays themselves, in order. */
    private static double[][] rows(double[][][]... maps) {
        return Stream.of(maps).flatMap(Stream::of).flatMap(Stream::of).toArray(double[][]::new);
    }
}
