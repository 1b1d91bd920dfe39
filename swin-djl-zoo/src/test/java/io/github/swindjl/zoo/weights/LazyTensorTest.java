// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LazyTensorTest {

    static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static LazyTensor counting(int rows, int columns, int first) {
        return LazyTensor.computed(
                new long[] {rows, columns},
                () -> {
                    float[] values = new float[rows * columns];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = first + i;
                    }
                    return values;
                });
    }

    @Test
    void joinedTensorsAreReadAcrossTheirBorders() throws IOException {
        LazyTensor joined =
                LazyTensor.join(
                        List.of(
                                counting(1, 2, 0),
                                LazyTensor.zeros(TensorType.F32, 1, 2),
                                counting(2, 2, 10)));
        assertArrayEquals(new long[] {4, 2}, joined.shape());
        assertArrayEquals(new float[] {0, 1, 0, 0, 10, 11, 12, 13}, joined.floats());
        ByteBuffer middle = joined.bytes(4, 16);
        float[] values = new float[4];
        middle.asFloatBuffer().get(values);
        assertArrayEquals(new float[] {1, 0, 0, 10}, values);
        assertTrue(middle.isReadOnly());
        assertArrayEquals(new float[] {10, 11}, LazyTensor.rows(joined, 2, 1).floats());
    }

    @Test
    void joiningNeedsOneTypeAndWidth() {
        IllegalArgumentException failure =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> LazyTensor.join(List.of(counting(1, 2, 0), counting(1, 3, 0))));
        assertTrue(failure.getMessage().contains("F32[1, 2] and F32[1, 3]"));
    }

    @Test
    void mergingOrdersAreInverse() throws IOException {
        LazyTensor theirs = counting(2, 12, 0);
        int[] order = MergingOrder.toOfficial(2, 12);
        LazyTensor ours = LazyTensor.reorder(theirs, order);
        // Channel 0 of the tokens (0,0), (1,0), (0,1), (1,1), which they number 0, 2, 1, 3.
        float[] values = ours.floats();
        assertEquals(0, values[0]);
        assertEquals(2, values[3]);
        assertEquals(1, values[6]);
        assertEquals(3, values[9]);
        assertEquals(4, values[1]);
        LazyTensor back = LazyTensor.reorder(ours, MergingOrder.fromOfficial(2, 12));
        assertArrayEquals(theirs.floats(), back.floats());
        assertThrows(IllegalArgumentException.class, () -> MergingOrder.toOfficial(2, 6));
    }

    @Test
    void derivedDictionariesCheckRanges() throws IOException {
        try (StateSource base = DialectCase.open("tables");
                DerivedSource source = new DerivedSource(base, Map.of("a", counting(2, 2, 5)))) {
            assertArrayEquals(new float[] {5, 6, 7, 8}, source.readFloats("a"));
            assertThrows(IllegalArgumentException.class, () -> source.bytes("a", 8, 9));
            assertThrows(IllegalArgumentException.class, () -> source.bytes("b"));
            assertEquals(base.file(), source.file());
            assertEquals(base.metadata(), source.metadata());
        }
    }
}
