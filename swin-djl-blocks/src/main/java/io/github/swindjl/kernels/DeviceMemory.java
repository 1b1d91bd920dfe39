// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;

/** What GPUs have given away. Thread-safe. */
public final class DeviceMemory {

    private DeviceMemory() {}

    /** Gives the memory back that libtorch keeps for later, on all GPUs. */
    public static void release() {
        EngineInfo.engine();
        JniUtils.emptyCudaCache();
    }

    /**
     * Returns what is in use on a GPU, by this process and others.
     *
     * @param device a GPU
     * @return bytes
     */
    public static long used(Device device) {
        return CudaUtils.getGpuMemory(device).getUsed();
    }
}
