// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.Formula;
import io.github.swindjl.Goldens;
import io.github.swindjl.OneThread;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(OneThread.class)
class InitializersTest {

    private static Map<String, float[]> start(int version, long seed) {
        SwinConfig config = Networks.small(version).optWidth(32).optAbsolutePosition(true).build();
        SwinClassifier network = new SwinClassifier(config, Networks.CLASSES);
        Initializers.seed(network, seed);
        try (NDManager manager = NDManager.newBaseManager()) {
            network.initialize(manager, DataType.FLOAT32, Networks.image(config, 1));
            Map<String, float[]> values = new TreeMap<>();
            StateDict.of(network)
                    .forEach(
                            (name, parameter) ->
                                    values.put(name, parameter.getArray().toFloatArray()));
            return values;
        }
    }

    @Test
    void theSeedDeterminesTheStart() {
        Map<String, float[]> first = start(2, 1);
        Map<String, float[]> again = start(2, 1);
        Map<String, float[]> other = start(2, 2);
        for (String name : first.keySet()) {
            assertArrayEquals(first.get(name), again.get(name), name);
        }
        String weight = "layers.0.blocks.0.attn.qkv.weight";
        assertFalse(Arrays.equals(first.get(weight), other.get(weight)));
        assertFalse(
                Arrays.equals(first.get(weight), first.get("layers.0.blocks.1.attn.qkv.weight")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void parametersStartAsInTheOfficialNetworks(int version) {
        start(version, 3)
                .forEach(
                        (name, values) -> {
                            if (name.startsWith("patch_embed.proj")) {
                                float bound = (float) (1 / Math.sqrt(48));
                                assertTrue(Goldens.largest(values) <= bound, name);
                                assertTrue(Goldens.largest(values) > 0.8 * bound, name);
                            } else if (name.endsWith("logit_scale")) {
                                assertAll(name, (float) Math.log(10), values);
                            } else if (name.matches(".*blocks.*norm[12].weight")) {
                                assertAll(name, version == 1 ? 1 : 0, values);
                            } else if (name.contains("norm") && name.endsWith("weight")) {
                                assertAll(name, 1, values);
                            } else if (name.endsWith("bias")) {
                                assertAll(name, 0, values);
                            } else {
                                assertNormal(name, values);
                            }
                        });
    }

    /** Large arrays are drawn in pieces, which must neither repeat nor depend on the size. */
    @Test
    void arraysOfManyPiecesGoOnWithTheSameNumbers() {
        float[] small = drawn(1024);
        float[] large = drawn(3 * 1024 * 1024 + 5);
        assertArrayEquals(small, Arrays.copyOf(large, small.length));
        assertNormal("large", large);
        assertEquals(large.length, count(large), large.length / 100);
    }

    private static float[] drawn(int size) {
        Linear linear = new Linear(1, size, false);
        Initializers.seed(linear, 5);
        try (NDManager manager = NDManager.newBaseManager()) {
            linear.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
            return StateDict.of(linear).get("weight").getArray().toFloatArray();
        }
    }

    /** Returns the number of pairs of values a piece apart that differ. */
    private static int count(float[] values) {
        int piece = 1 << 20;
        int different = 0;
        for (int i = 0; i < values.length; i++) {
            different += values[i] == values[(i + piece) % values.length] ? 0 : 1;
        }
        return different;
    }

    private static void assertAll(String name, float expected, float[] values) {
        for (float value : values) {
            assertEquals(expected, value, name);
        }
    }

    private static void assertNormal(String name, float[] values) {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += value * value;
        }
        double deviation = 0.02;
        int n = values.length;
        assertEquals(0, sum / n, 5 * deviation / Math.sqrt(n), name);
        assertEquals(deviation, Math.sqrt(squares / n), 5 * deviation / Math.sqrt(2 * n), name);
    }

    @Test
    void aFreshV2BlockIsTheIdentity() {
        SwinConfig config = Networks.small(2).build();
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape shape = new Shape(1, 8, 8, 8);
            SwinBlock block = new SwinBlock(config, 0, 1);
            block.initialize(manager, DataType.FLOAT32, shape);
            NDArray x = Formula.input(manager, shape);
            assertArrayEquals(x.toFloatArray(), Networks.infer(block, x).toFloatArray());
        }
    }

    @Test
    void zeroedBlocksHoldZeros() {
        SwinConfig config = Networks.small(1).build();
        SwinClassifier network = new SwinClassifier(config, Networks.CLASSES);
        Initializers.zero(network);
        try (NDManager manager = NDManager.newBaseManager()) {
            network.initialize(manager, DataType.FLOAT32, Networks.image(config, 1));
            StateDict.of(network)
                    .forEach(
                            (name, parameter) ->
                                    assertAll(name, 0, parameter.getArray().toFloatArray()));
        }
    }
}
