// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Bfloat16;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StochasticRoundingTest {

    private static final int PIECE = 1 << 16;

    /** What float32 has and bfloat16 has not. */
    private static final int LOW = 0xffff;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Rounds arrays of the given sizes that hold the values one after the other. */
    private float[] rounded(long seed, float[] values, int... sizes) {
        List<NDArray> arrays = new ArrayList<>();
        List<NDArray> kept = new ArrayList<>();
        int begin = 0;
        for (int size : sizes) {
            float[] part = Arrays.copyOfRange(values, begin, begin + size);
            try (NDArray java = manager.create(part, new Shape(size))) {
                arrays.add(java.duplicate());
            }
            kept.add(Bfloat16.zeros(manager, arrays.get(arrays.size() - 1)));
            begin += size;
        }
        assertEquals(values.length, begin);
        new StochasticRounding(manager, seed).keep(arrays, kept);
        float[] result = new float[values.length];
        begin = 0;
        for (NDArray array : kept) {
            float[] part = array.toType(DataType.FLOAT32, true).toFloatArray();
            System.arraycopy(part, 0, result, begin, part.length);
            begin += part.length;
        }
        return result;
    }

    /** All exponents below 2¹⁰⁴, subnormal numbers, powers of two and their neighbours. */
    @Test
    void givesOneOfTheTwoNeighbours() {
        List<Float> samples = new ArrayList<>(List.of(0f, -0f, Float.MIN_VALUE, 0x1p103f));
        for (int exponent = 0; exponent < 127 + 104; exponent++) {
            for (int fraction : new int[] {0, 1, 0x8000, LOW, 0x10000, 0x7fffff, 0x7f0000}) {
                samples.add(Float.intBitsToFloat(exponent << 23 | fraction));
                samples.add(-Float.intBitsToFloat(exponent << 23 | fraction));
            }
            for (int i = 0; i < 300; i++) {
                int fraction = i * 27_959 & 0x7fffff;
                samples.add(Float.intBitsToFloat(exponent << 23 | fraction));
                samples.add(-Float.intBitsToFloat(exponent << 23 | fraction));
            }
        }
        float[] values = new float[samples.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = samples.get(i);
        }
        for (long seed = 1; seed <= 3; seed++) {
            float[] found = rounded(seed, values, 100, PIECE + 5, values.length - PIECE - 105);
            for (int i = 0; i < values.length; i++) {
                int bits = Float.floatToIntBits(values[i]);
                float inner = Float.intBitsToFloat(bits & ~LOW);
                float outer = Float.intBitsToFloat((bits & ~LOW) + LOW + 1);
                assertTrue(
                        found[i] == inner || inner != values[i] && found[i] == outer,
                        values[i] + " as " + found[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0625, 0.25, 0.5, 0.9375})
    void theExpectedResultIsTheValue(double share) {
        for (float sign : new float[] {1, -1}) {
            float value = sign * (float) (0.25 + share * 0x1p-9);
            float[] values = new float[3 * PIECE];
            Arrays.fill(values, value);
            double sum = 0;
            for (long seed = 0; seed < 10; seed++) {
                for (float each : rounded(seed, values, values.length)) {
                    sum += each;
                }
            }
            double mean = sum / 10 / values.length;
            // Six deviations of the mean of ten times as many numbers as are drawn.
            double bound = 6 * Math.sqrt(share * (1 - share) / (10.0 * PIECE));
            assertEquals(value, mean, bound * 0x1p-9);
        }
    }

    /** Neighbours, the same place in two pieces, and the same place in two updates. */
    @Test
    void anyTwoValuesAreRoundedIndependently() {
        int updates = 300;
        int places = 500;
        float[] values = new float[2 * PIECE];
        Arrays.fill(values, 1 + 0x1p-8f);
        float[] before = rounded(-1, values, values.length);
        double neighbours = 0;
        double pieces = 0;
        double next = 0;
        for (long seed = 0; seed < updates; seed++) {
            float[] found = rounded(seed, values, values.length);
            for (int i = 10; i < 10 + places; i++) {
                neighbours += found[i] > 1 && found[i + 1] > 1 ? 1 : 0;
                pieces += found[i] > 1 && found[i + PIECE] > 1 ? 1 : 0;
                next += found[i] > 1 && before[i] > 1 ? 1 : 0;
            }
            before = found;
        }
        for (double both : List.of(neighbours, pieces, next)) {
            assertEquals(0.25, both / places / updates, 0.04);
        }
    }

    @Test
    void theSeedDecides() {
        float[] values = new float[1000];
        Arrays.fill(values, 1 + 0x1p-8f);
        assertTrue(Arrays.equals(rounded(1, values, 1000), rounded(1, values, 400, 600)));
        assertTrue(!Arrays.equals(rounded(1, values, 1000), rounded(2, values, 1000)));
    }
}
