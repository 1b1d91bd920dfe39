// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.Formula;
import io.github.swindjl.OneThread;
import io.github.swindjl.kernels.Precision;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(OneThread.class)
class DropPathTest {

    private static final double RATE = 0.6;

    private static SwinConfig config(int version) {
        return Networks.small(version).optDropPath(RATE).build();
    }

    private static float[] train(SwinClassifier network, NDArray x, long seed) {
        return Networks.forward(network, x, true, ForwardOptions.of(Precision.FP32, seed))
                .toFloatArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void seedsDetermineTheResult(int version) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(manager, config(version));
            NDArray x = Formula.input(manager, new Shape(4, 3, 32, 32));
            float[] first = train(network, x, 11);
            assertArrayEquals(first, train(network, x, 11));
            assertFalse(Arrays.equals(first, train(network, x, 12)));
        }
    }

    @Test
    void passesWithoutASeedDiffer() {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinClassifier network = Networks.classifier(manager, config(1));
            NDArray x = Formula.input(manager, new Shape(4, 3, 32, 32));
            float[] first = Networks.forward(network, x, true, null).toFloatArray();
            float[] second = Networks.forward(network, x, true, null).toFloatArray();
            assertFalse(Arrays.equals(first, second));
            // Their seeds count the passes.
            assertArrayEquals(first, train(network, x, 0));
            assertArrayEquals(second, train(network, x, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void inferenceDropsNothing(int version) {
        try (NDManager manager = NDManager.newBaseManager()) {
            SwinClassifier dropping = Networks.classifier(manager, config(version));
            SwinClassifier plain = Networks.classifier(manager, Networks.small(version).build());
            NDArray x = Formula.input(manager, new Shape(2, 3, 32, 32));
            float[] expected = Networks.infer(plain, x).toFloatArray();
            assertArrayEquals(expected, Networks.infer(dropping, x).toFloatArray());
            float[] byTrainingKernels = Networks.inferPlain(plain, x).toFloatArray();
            assertArrayEquals(byTrainingKernels, train(plain, x, 5), 1e-6f);
        }
    }

    @Test
    void probabilitiesRiseFromZeroToTheRate() {
        SwinConfig config = config(1);
        assertEquals(4, config.blocks());
        assertEquals(0, config.dropPathOf(0));
        assertEquals(RATE / 3, config.dropPathOf(1), 1e-15);
        assertEquals(2 * RATE / 3, config.dropPathOf(2), 1e-15);
        assertEquals(RATE, config.dropPathOf(3), 1e-15);
        assertEquals(
                0,
                Networks.small(1)
                        .optStages(List.of(1), List.of(2))
                        .optDropPath(0.5)
                        .build()
                        .dropPathOf(0));
    }

    @Test
    void branchesOfSamplesAreDroppedAtTheirRates() {
        SwinConfig config = config(1);
        int batch = 64;
        int draws = 200;
        int[] kept = new int[2 * config.blocks()];
        int different = 0;
        try (NDManager manager = NDManager.newBaseManager()) {
            for (int seed = 0; seed < draws; seed++) {
                float[] former = null;
                try (DropPath path = DropPath.draw(manager, config, batch, seed)) {
                    for (int branch = 0; branch < kept.length; branch++) {
                        try (NDArray array = path.branch(branch)) {
                            assertEquals(new Shape(batch, 1, 1, 1), array.getShape());
                            float[] factors = array.toFloatArray();
                            double survival = 1 - config.dropPathOf(branch / 2);
                            for (float factor : factors) {
                                kept[branch] += factor == 0 ? 0 : 1;
                                assertTrue(
                                        factor == 0 || factor == (float) (1 / survival),
                                        "factor " + factor);
                            }
                            if (branch >= 2) {
                                different += Arrays.equals(factors, former) ? 0 : 1;
                            }
                            former = factors;
                        }
                    }
                }
            }
            assertEquals(0, manager.getManagedArrays().size());
        }
        assertEquals(draws * (kept.length - 2), different, "branches are drawn together");
        int trials = batch * draws;
        for (int branch = 0; branch < kept.length; branch++) {
            double survival = 1 - config.dropPathOf(branch / 2);
            double deviation = Math.sqrt(trials * survival * (1 - survival));
            assertTrue(
                    Math.abs(kept[branch] - trials * survival) <= 4 * deviation,
                    "branch " + branch + " was kept " + kept[branch] + " times of " + trials);
        }
    }

    /** A sample whose two branches are dropped leaves a block as it came, and only that one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void droppedSamplesPassABlockUnchanged(int version) {
        SwinConfig config = config(version);
        int batch = 16;
        int position = 3;
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape shape = new Shape(batch, 4, 4, 16);
            SwinBlock block = Networks.filled(manager, new SwinBlock(config, 1, 1), shape);
            NDArray x = Formula.input(manager, shape);
            NDArray y = Networks.forward(block, x, true, ForwardOptions.of(Precision.FP32, 3));
            int unchanged = 0;
            try (DropPath path = DropPath.draw(manager, config, batch, 3)) {
                float[] attention = path.branch(2 * position).toFloatArray();
                float[] mlp = path.branch(2 * position + 1).toFloatArray();
                for (int sample = 0; sample < batch; sample++) {
                    boolean dropped = attention[sample] == 0 && mlp[sample] == 0;
                    unchanged += dropped ? 1 : 0;
                    assertEquals(
                            dropped,
                            Arrays.equals(
                                    x.get(sample).toFloatArray(), y.get(sample).toFloatArray()),
                            "sample " + sample);
                }
            }
            assertNotEquals(0, unchanged);
            assertNotEquals(batch, unchanged);
        }
    }

    /** Over many draws a branch contributes what it does in inference. */
    @Test
    void theMeanOverDrawsIsTheWholeBranch() {
        SwinConfig config = config(1);
        int batch = 4;
        int draws = 3000;
        double[] sum = new double[batch];
        try (NDManager manager = NDManager.newBaseManager()) {
            for (int seed = 0; seed < draws; seed++) {
                try (DropPath path = DropPath.draw(manager, config, batch, seed);
                        NDArray factors = path.branch(7)) {
                    float[] values = factors.toFloatArray();
                    for (int sample = 0; sample < batch; sample++) {
                        sum[sample] += values[sample] / draws;
                    }
                }
            }
        }
        // The factor's deviation is √(p / (1 − p)) = 1.22, of the mean 0.022.
        for (double mean : sum) {
            assertEquals(1, mean, 0.09);
        }
    }
}
