// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.Formula;
import io.github.swindjl.Twins;
import io.github.swindjl.kernels.Precision;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What heads compute in the deterministic mode, operation by operation. */
class DeterministicKernelsTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray array(long... shape) {
        return Formula.input(manager, new Shape(shape));
    }

    private static double rounding(Precision precision) {
        return precision == Precision.FP32 ? 2e-6 : 2e-2;
    }

    @ParameterizedTest
    @CsvSource({
        "FP32, 1, true",
        "FP32, 3, false",
        "FP32, 3, true",
        "BF16, 1, true",
        "BF16, 3, false"
    })
    void convolutions(Precision precision, int side, boolean biased) {
        Twins.assertSame(
                Convolution.class,
                "convolution.py",
                Map.of("padding", side / 2, "has_bias", biased, "precision", precision),
                rounding(precision),
                array(2, 5, 6, 7),
                array(4, 5, side, side),
                biased ? array(4) : manager.create(0L));
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP32", "BF16"})
    void joinedMaps(Precision precision) {
        Twins.assertSame(
                Join.class,
                "join_first.py",
                Map.of("precision", precision),
                rounding(precision),
                array(2, 3, 6, 7),
                array(4, 8, 3, 3));
        Twins.assertSame(
                Join.class,
                "join_resized.py",
                Map.of("first", 3, "precision", precision),
                rounding(precision),
                array(2, 4, 6, 7),
                array(2, 5, 3, 4),
                array(4, 8, 3, 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6})
    void meansOverCells(int side) {
        Twins.assertSame(
                PyramidPooling.class,
                "adaptive_pooling.py",
                Map.of("side", side),
                1e-6,
                array(2, 3, 7, 5));
    }

    @Test
    void resizedMaps() {
        for (long[] shape :
                new long[][] {{2, 3, 4, 3}, {2, 3, 1, 1}, {2, 3, 7, 9}, {2, 3, 20, 2}}) {
            Twins.assertSame(
                    Bilinear.class,
                    "add_resized.py",
                    Map.of(),
                    1e-6,
                    array(2, 3, 7, 9),
                    array(shape));
        }
    }
}
