// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
     * Tells whether operations of the calling thread are recorded.
     *
     * @return true between {@link #record()} and its end, and where the engine records by default
     */
    public static boolean isRecording() {
        EngineInfo.engine();
        return JniUtils.isGradMode();
    }

    /**
     * Adds the gradient of a scalar to every parameter it was computed from, and frees the graph.
     *
     * @param loss a float32 scalar computed while recording
     */
    public static void backward(NDArray loss) {
        try (NDArray seed = loss.onesLike()) {
            backward(loss, seed);
        }
    }

    /**
     * Carries a gradient on from an array to everything it was computed from, and frees the graph.
     *
     * @param array an array that {@link #isRecorded is recorded}; one without a graph adds it to
     *     its own gradient
     * @param gradient of the loss by the array, of its shape
     */
    public static void backward(NDArray array, NDArray gradient) {
        JniUtils.backward((PtNDArray) array, (PtNDArray) gradient, false, false);
    }

    /**
     * Tells whether a gradient can be carried on from an array.
     *
     * @param array an array
     * @return true if it requires a gradient itself, or was computed, while recording, from one
     *     that does
     */
    public static boolean isRecorded(NDArray array) {
        try (NDArray flag =
                Kernel.of(Autograd.class, "requires_grad.py", Map.of()).call(false, array)) {
            return flag.getFloat() == 1;
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
     * Makes a gradient of zeros, to which backward passes add. Without it, the first of them leaves
     * gradients wherever it happened to compute them, between what it frees.
     *
     * @param parameter an array that requires a gradient and has none yet
     */
    public static void prepare(NDArray parameter) {
        // One zero seen everywhere: an array of zeros would be copied, and leave a hole behind.
        try (NDArray zero = parameter.getManager().zeros(new Shape());
                NDArray zeros = zero.broadcast(parameter.getShape())) {
            backward(parameter, zeros);
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
