// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.simmim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.swindjl.Formula;
import io.github.swindjl.OneThread;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.Recomputation;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pre-training with parts computed again has the losses and gradients of one that keeps all. */
@ExtendWith(OneThread.class)
class SimMimRecomputationTest {

    private static final int PICTURES = 3;
    private static final int SIDE = 32;

    /** Loss and gradients after two passes. */
    private record Result(List<Float> losses, Map<String, float[]> gradients) {}

    private static SwinConfig config(int version) {
        return (version == 1 ? SwinConfig.v1() : SwinConfig.v2())
                .optImageSize(SIDE, SIDE)
                .optPatchSize(2)
                .optWidth(8)
                .optStages(List.of(2, 3), List.of(2, 4))
                .optWindow(4)
                .optDropPath(0.5)
                .build();
    }

    private static Result train(int version, Precision precision, Supplier<Recomputation> passes) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SimMim network = new SimMim(config(version));
            Initializers.seed(network, 7);
            Shape shape = new Shape(PICTURES, 3, SIDE, SIDE);
            network.initialize(manager, DataType.FLOAT32, shape);
            List<Float> losses = new ArrayList<>();
            for (int pass = 0; pass < 2; pass++) {
                losses.add(step(network, manager, precision, pass, passes));
            }
            Map<String, float[]> gradients = new LinkedHashMap<>();
            StateDict.of(network)
                    .forEach(
                            (name, parameter) ->
                                    gradients.put(
                                            name,
                                            parameter.getArray().getGradient().toFloatArray()));
            return new Result(losses, gradients);
        }
    }

    private static float step(
            SimMim network,
            NDManager manager,
            Precision precision,
            int number,
            Supplier<Recomputation> passes) {
        int cells = SIDE / network.config().patchSize();
        float[] hidden = new float[PICTURES * cells * cells];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = (i / 4 + number) % 5 < 3 ? 1 : 0;
        }
        try (NDManager temporary = manager.newSubManager();
                Autograd.Mode mode = Autograd.record();
                Recomputation recomputation = passes.get()) {
            float[] values = Formula.values("x" + number, PICTURES * 3 * SIDE * SIDE);
            NDArray x = temporary.create(values, new Shape(PICTURES, 3, SIDE, SIDE)).duplicate();
            NDArray mask = temporary.create(hidden, new Shape(PICTURES, cells, cells)).duplicate();
            NDList guessed =
                    network.forward(
                            new ParameterStore(temporary, false),
                            new NDList(x, mask),
                            true,
                            ForwardOptions.of(precision, number, recomputation));
            NDList loss =
                    new ReconstructionLoss(network.config().patchSize(), 1)
                            .of(guessed.get(0), x, mask, temporary.ones(new Shape()).duplicate());
            recomputation.backward(loss.get(0));
            return loss.get(1).getFloat();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, FP32, STAGE", "1, FP32, BLOCK", "1, BF16, STAGE", "1, BF16, BLOCK",
        "2, FP32, STAGE", "2, FP32, BLOCK", "2, BF16, STAGE", "2, BF16, BLOCK"
    })
    void gradientsAreEqualToTheLastBit(int version, Precision precision, Recomputation.Unit unit) {
        Result plain = plain(version, precision);
        Result again = train(version, precision, () -> new Recomputation(unit));
        assertEquals(plain.losses(), again.losses());
        plain.gradients()
                .forEach(
                        (name, found) ->
                                assertArrayEquals(found, again.gradients().get(name), name));
        float[] token = plain.gradients().get("encoder.mask_token");
        assertTrue(token[0] != 0, "the mask token learns nothing");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void attentionInPartsHasTheSameGradients(int version) {
        Result plain = plain(version, Precision.FP32);
        Result parts = train(version, Precision.FP32, () -> Recomputation.ofBlocks(1));
        plain.gradients()
                .forEach(
                        (name, expected) -> {
                            float largest = 0;
                            for (float value : expected) {
                                largest = Math.max(largest, Math.abs(value));
                            }
                            assertArrayEquals(
                                    expected,
                                    parts.gradients().get(name),
                                    2e-6f * largest + 1e-12f,
                                    name);
                        });
    }

    private static Result plain(int version, Precision precision) {
        return train(version, precision, () -> new Recomputation(Recomputation.Unit.NONE));
    }
}
