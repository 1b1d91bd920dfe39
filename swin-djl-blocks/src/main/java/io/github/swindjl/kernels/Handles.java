// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;

/** Handles on arrays that others own. Thread-safe. */
public final class Handles {

    private Handles() {}

    /**
     * Returns one more handle on an array: it stays valid when the array's own is closed.
     *
     * @param array an array whose memory is the engine's, not one that was created from Java's
     * @param manager owner of the new handle
     * @return the handle, on the same memory; the caller closes it
     */
    public static NDArray share(NDArray array, NDManager manager) {
        try (IValue value = IValue.from((PtNDArray) array)) {
            return value.toTensor((PtNDManager) manager);
        }
    }
}
