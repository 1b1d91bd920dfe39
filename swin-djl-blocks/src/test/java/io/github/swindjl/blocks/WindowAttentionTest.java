// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.Formula;
import io.github.swindjl.OneThread;
import io.github.swindjl.window.RelativePosition;
import io.github.swindjl.window.ShiftMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws of the partition into windows, which hold to the last bit. */
@ExtendWith(OneThread.class)
class WindowAttentionTest {

    private static final int CHANNELS = 8;
    private static final int WINDOW = 4;

    static Stream<Arguments> grids() {
        List<Arguments> grids = new ArrayList<>();
        for (ShiftMode shift : ShiftMode.values()) {
            for (int block = 0; block < 2; block++) {
                for (int[] grid : new int[][] {{8, 8}, {4, 12}, {9, 7}, {3, 13}, {1, 1}}) {
                    grids.add(Arguments.of(shift, block, grid[0], grid[1]));
                }
            }
        }
        return grids.stream();
    }

    /**
     * Fills an attention whose values are the tokens themselves. The position bias alone decides
     * whom a token sees: the one whose row and column exceed its own by the offsets.
     */
    private static WindowAttention looking(
            NDManager manager, ShiftMode shift, int block, int rowOffset, int columnOffset) {
        SwinConfig config =
                Networks.small(1)
                        .optShift(shift)
                        .optPositionBias(PositionBias.RELATIVE_WITHOUT_QUERY_KEY)
                        .build();
        WindowAttention attention = new WindowAttention(config, 0, block);
        StateDict.of(attention)
                .forEach(
                        (name, parameter) ->
                                parameter.setInitializer(
                                        (owner, shape, type) -> {
                                            float[] values = new float[(int) shape.size()];
                                            if (name.equals("qkv.weight")) {
                                                identity(values, 2 * CHANNELS);
                                            } else if (name.equals("proj.weight")) {
                                                identity(values, 0);
                                            } else if (name.endsWith("table")) {
                                                int centre = (values.length / 2 - 1) / 2;
                                                int at =
                                                        centre
                                                                - rowOffset * (2 * WINDOW - 1)
                                                                - columnOffset;
                                                values[2 * at] = 200;
                                                values[2 * at + 1] = 200;
                                            }
                                            try (NDArray java = owner.create(values, shape)) {
                                                return java.duplicate();
                                            }
                                        }));
        attention.initialize(manager, DataType.FLOAT32, new Shape(1, 8, 8, CHANNELS));
        assertEquals(
                RelativePosition.count(WINDOW, WINDOW),
                StateDict.of(attention).get("relative_position_bias_table").getShape().get(0));
        return attention;
    }

    private static void identity(float[] matrix, int firstRow) {
        for (int i = 0; i < CHANNELS; i++) {
            matrix[(firstRow + i) * CHANNELS + i] = 1;
        }
    }

    @ParameterizedTest
    @MethodSource("grids")
    void everyTokenReturnsToItsPlace(ShiftMode shift, int block, int height, int width) {
        try (NDManager manager = NDManager.newBaseManager()) {
            WindowAttention attention = looking(manager, shift, block, 0, 0);
            NDArray x = Formula.input(manager, new Shape(2, height, width, CHANNELS));
            assertArrayEquals(x.toFloatArray(), Networks.infer(attention, x).toFloatArray());
        }
    }

    /** A token whose right neighbour lies in its window sees it, and is not fooled by wrapping. */
    @ParameterizedTest
    @MethodSource("grids")
    void tokensSeeTheirNeighboursWithinTheWindow(
            ShiftMode shift, int block, int height, int width) {
        int moved = shift == ShiftMode.NONE || block == 0 ? 0 : WINDOW / 2;
        try (NDManager manager = NDManager.newBaseManager()) {
            WindowAttention attention = looking(manager, shift, block, 0, 1);
            NDArray x = Formula.input(manager, new Shape(1, height, width, CHANNELS));
            float[] tokens = x.toFloatArray();
            float[] seen = Networks.infer(attention, x).toFloatArray();
            for (int row = 0; row < height; row++) {
                for (int column = 0; column + 1 < width; column++) {
                    if (Math.floorMod(column + 1 - moved, WINDOW) != 0) {
                        for (int c = 0; c < CHANNELS; c++) {
                            int at = (row * width + column) * CHANNELS + c;
                            assertEquals(tokens[at + CHANNELS], seen[at]);
                        }
                    }
                }
            }
        }
    }
}
