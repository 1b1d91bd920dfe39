// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOG = LoggerFactory.getLogger(EngineInfo.class);

    private static volatile boolean checked;

    private EngineInfo() {}

    /**
     * Returns the engine, loading it if nothing did before.
     *
     * @throws EngineException if libtorch cannot be loaded, or is not the version it has to be
     */
    static Engine engine() {
        if (!checked) {
            LibtorchVersion.check(
                    Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH"),
                    Utils.getEnvOrSystemProperty("PYTORCH_VERSION"));
            checked = true;
        }
        return Engine.getEngine(ENGINE);
    }

    /**
     * Returns the version of libtorch.
     *
     * @return the version, such as {@code 2.7.1}
     */
    public static String libtorchVersion() {
        return engine().getVersion();
    }

    /**
     * Returns the folder the native library was loaded from.
     *
     * @return the folder
     */
    public static Path libraryPath() {
        engine();
        return Path.of(LibUtils.getLibtorchPath());
    }

    /**
     * Returns what libtorch says it can do.
     *
     * @return feature names in alphabetical order
     */
    public static Set<String> features() {
        engine();
        return new TreeSet<>(JniUtils.getFeatures());
    }

    /**
     * Returns the usable devices, the CPU last.
     *
     * @return the devices
     */
    public static List<Device> devices() {
        int gpus = engine().getGpuCount();
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
     * Tells whether inference can multiply with weights in oneDNN's own layout.
     *
     * @param device the device
     * @param precision of the products
     * @return true on CPUs whose libtorch has oneDNN's operators, in float32, and in bfloat16 where
     *     the processor has such instructions
     */
    public static boolean prepacksLinears(Device device, Precision precision) {
        return !device.isGpu() && precision != Precision.FP16 && Prepack.AVAILABLE.get(precision);
    }

    /** Found out once, by trying. */
    private static final class Prepack {

        static final Map<Precision, Boolean> AVAILABLE =
                Map.of(
                        Precision.FP32, works(Precision.FP32),
                        Precision.BF16, works(Precision.BF16));

        private static boolean works(Precision precision) {
            Engine engine = engine();
            try (NDManager manager = engine.newBaseManager(Device.cpu());
                    NDArray one = manager.ones(new Shape(1, 1))) {
                Kernel kernel =
                        Kernel.of(
                                EngineInfo.class,
                                "prepack_trial.py",
                                Map.of("precision", precision));
                return kernel.call(false, one).getFloat() == 1;
            } catch (IllegalStateException e) {
                LOG.debug("No prepacked linear layers in {}", precision, e);
                return false;
            }
        }
    }

    /**
     * Tells whether GPUs may round the factors of float32 products to TF32. That is decided by the
     * environment before the process starts, and off unless asked for.
     *
     * @return true if {@code TORCH_ALLOW_TF32_CUBLAS_OVERRIDE} is 1 and {@code
     *     NVIDIA_TF32_OVERRIDE} does not forbid it
     */
    public static boolean allowsTf32() {
        return "1".equals(System.getenv("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE"))
                && !"0".equals(System.getenv("NVIDIA_TF32_OVERRIDE"));
    }

    /**
     * Returns the number of threads one operation uses on the CPU.
     *
     * @return the number of threads
     */
    public static int threads() {
        engine();
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
        engine();
        JniUtils.setNumThreads(threads);
    }
}
