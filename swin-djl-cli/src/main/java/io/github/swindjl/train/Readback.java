// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;

/** Values of arrays on a device. Reading waits for it. */
final class Readback {

    private Readback() {}

    static double[] doubles(NDArray array) {
        return read(array, NDArray::toDoubleArray);
    }

    static long[] longs(NDArray array) {
        return read(array, NDArray::toLongArray);
    }

    /** What is copied from a GPU stays with the array's manager, so it gets one that ends here. */
    private static <T> T read(NDArray array, Function<NDArray, T> reader) {
        try (NDManager temporary = array.getManager().newSubManager()) {
            NDArray copy = array.duplicate();
            copy.attach(temporary);
            return reader.apply(copy);
        }
    }
}
