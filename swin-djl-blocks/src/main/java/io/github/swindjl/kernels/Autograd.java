// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.Map;

/**
 * Gradients without DJL's collector, of which a process can have only one at a time.
 *
 * <p>Whether operations are recorded is a state of the calling thread; {@link #record()} and {@link
 * #pause()} set it for a block of code. Thread-safe.
 */
public final class Autograd {

    private Autograd() {}

    /** Restores the calling thread's former gradient mode when closed, on the same thread. */
    public static final class Mode implements AutoCloseable {

        private final boolean former;

        private Mode(boolean enabled) {
            EngineInfo.engine();
            former = JniUtils.isGradMode();
            JniUtils.setGradMode(enabled);
        }

        @Override
        public void close() {
            JniUtils.setGradMode(former);
        }
    }

    /**
     * Switches recording on for the calling thread.
     *
     * @return the guard that restores the former mode
     */
    public static Mode record() {
        return new Mode(true);
    }

    /**
     * Switches recording off for the calling thread, as in-place changes of parameters need.
     *
     * @return the guard that restores the former mode
     */
    public static Mode pause() {
        return new Mode(false);
    }

    /**
     * Adds the gradient of a scalar to every parameter it was computed from, and frees the graph.
     *
     * @param loss a float32 scalar computed while recording
     */
    public static void backward(NDArray loss) {
        try (NDArray seed = loss.onesLike()) {
            JniUtils.backward((PtNDArray) loss, (PtNDArray) seed, false, false);
        }
    }

    /**
     * Returns the gradient gathered so far.
     *
     * @param parameter an array that requires a gradient
     * @return a handle on the gradient itself, not a copy; zeros if there is none yet. The caller
     *     closes it
     */
    public static NDArray gradient(NDArray parameter) {
        return parameter.getGradient();
    }

    /**
     * Tells how often arrays were changed in place, so that what was computed from them can be kept
     * until they change.
     *
     * @param arrays arrays that are not results of inference
     * @return the count of each
     */
    public static long[] versions(List<NDArray> arrays) {
        try (NDManager manager = arrays.get(0).getManager().newSubManager(Device.cpu())) {
            return Kernel.of(Autograd.class, "versions.py", Map.of())
                    .update(manager, arrays)
                    .toLongArray();
        }
    }

    /**
     * Forgets the gradient gathered so far.
     *
     * @param parameter an array that requires a gradient
     */
    public static void clear(NDArray parameter) {
        JniUtils.zeroGrad((PtNDArray) parameter);
    }
}
