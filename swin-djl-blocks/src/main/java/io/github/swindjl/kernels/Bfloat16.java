// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Map;

/**
 * Arrays of bfloat16, which libtorch has and DJL does not: it can neither create them nor name
 * their type, but hands them on. Thread-safe.
 */
public final class Bfloat16 {

    private static final Kernel ZEROS = Kernel.of(Bfloat16.class, "bfloat16_zeros.py", Map.of());
    private static final Kernel TEST = Kernel.of(Bfloat16.class, "is_bfloat16.py", Map.of());

    private Bfloat16() {}

    /**
     * Creates zeros.
     *
     * @param owner owner of the result
     * @param like an array of the shape and on the device that the result shall have
     * @return the zeros; the caller closes them
     */
    public static NDArray zeros(NDManager owner, NDArray like) {
        return ZEROS.update(owner, like);
    }

    /**
     * Tells an array's number type.
     *
     * @param array an array of any type
     * @return whether it is bfloat16
     */
    public static boolean is(NDArray array) {
        if (array.getDataType() != DataType.UNKNOWN) {
            return false;
        }
        try (NDManager temporary = array.getManager().newSubManager()) {
            return TEST.update(temporary, array).getBoolean();
        }
    }
}
