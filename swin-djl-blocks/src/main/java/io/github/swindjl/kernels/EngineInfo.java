// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.cuda.CudaUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the loaded engine is and what its devices can do.
 *
 * <p>Every method loads the engine if nothing did before. Thread-safe.
 */
public final class EngineInfo {

    /** The name under which DJL knows the one engine this project runs on. */
    public static final String ENGINE = "PyTorch";

    /** Compute capability of the first NVIDIA generation with bfloat16 tensor cores (Ampere). */
    private static final int FIRST_BF16_CAPABILITY = 80;

    private EngineInfo() {}

    /**
     * Returns the version of libtorch.
     *
     * @return the version, such as {@code 2.7.1}
     */
    public static String libtorchVersion() {
        return Engine.getEngine(ENGINE).getVersion();
    }

    /**
     * Returns the folder the native library was loaded from.
     *
     * @return the folder
     */
    public static Path libraryPath() {
        Engine.getEngine(ENGINE);
        return Path.of(LibUtils.getLibtorchPath());
    }

    /**
     * Returns what libtorch says it can do.
     *
     * @return feature names in alphabetical order
     */
    public static Set<String> features() {
        Engine.getEngine(ENGINE);
        return new TreeSet<>(JniUtils.getFeatures());
    }

    /**
     * Returns the usable devices, the CPU last.
     *
     * @return the devices
     */
    public static List<Device> devices() {
        int gpus = Engine.getEngine(ENGINE).getGpuCount();
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < gpus; i++) {
            devices.add(Device.gpu(i));
        }
        devices.add(Device.cpu());
        return devices;
    }

    /**
     * Tells whether a device multiplies bfloat16 in hardware.
     *
     * @param device the device
     * @return true on NVIDIA devices from Ampere on, and on every CPU (where libtorch emulates it
     *     if the processor has no such instructions)
     */
    public static boolean supportsBf16(Device device) {
        if (!device.isGpu()) {
            return true;
        }
        String capability = CudaUtils.getComputeCapability(device.getDeviceId());
        return Integer.parseInt(capability) >= FIRST_BF16_CAPABILITY;
    }

    /**
     * Returns the number of threads one operation uses on the CPU.
     *
     * @return the number of threads
     */
    public static int threads() {
        Engine.getEngine(ENGINE);
        return JniUtils.getNumThreads();
    }

    /**
     * Sets the number of threads one operation uses on the CPU, for the whole process.
     *
     * @param threads at least 1
     * @throws IllegalArgumentException if the number is below 1
     */
    public static void setThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("Threads must be at least 1, found " + threads);
        }
        Engine.getEngine(ENGINE);
        JniUtils.setNumThreads(threads);
    }
}
