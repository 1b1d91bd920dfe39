// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/** Arrays beside the processor, for those of a device. Thread-safe. */
public final class HostMemory {

    private HostMemory() {}

    /**
     * Creates zeros.
     *
     * @param owner owner of the result, on the CPU
     * @param like an array of the shape and type that the result shall have
     * @return the zeros; the caller closes them
     */
    public static NDArray zeros(NDManager owner, NDArray like) {
        return zeros(owner, like, false);
    }

    /**
     * Creates zeros that an array's device reads and writes while Java goes on: for a GPU they lie
     * in pinned memory.
     *
     * @param owner owner of the result, on the CPU
     * @param like an array of the shape and type that the result shall have
     * @return the zeros; the caller closes them
     * @throws IllegalStateException if there is not so much memory, or it cannot be pinned
     */
    public static NDArray zerosFor(NDManager owner, NDArray like) {
        return zeros(owner, like, like.getDevice().isGpu());
    }

    private static NDArray zeros(NDManager owner, NDArray like, boolean pinned) {
        return Kernel.of(HostMemory.class, "host_zeros.py", Map.of("pinned", pinned))
                .update(owner, like);
    }
}
