// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import io.github.swindjl.bench.DeviceAgreement;
import io.github.swindjl.cli.DoctorReport.DeviceReport;
import io.github.swindjl.cli.DoctorReport.Problem;
import io.github.swindjl.cli.DoctorReport.Trial;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.report.Fonts;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Consumer;

/** Examines this machine: what is there, what is missing, and whether the engine computes. */
final class Doctor {

    /** Side of the square matrices of the trial; a power of two, so that its result is exact. */
    private static final int SIDE = 64;

    private static final long NEEDED_BYTES = 2L << 30;

    private final List<Problem> problems = new ArrayList<>();
    private final NativeChoice choice = NativeChoice.ofProcess();

    /**
     * Examines the machine.
     *
     * @param wanted where to run the trial
     * @param thorough sees how real networks on the device compare with the CPU; null to leave that
     *     away
     * @return what was found; without devices if the engine does not load
     */
    DoctorReport examine(DeviceChoice wanted, Consumer<DeviceAgreement.Finding> thorough) {
        Path cache = Utils.getEngineCacheDir("pytorch");
        long free = freeBytes(cache);
        boolean loaded = load();
        List<DeviceReport> devices = loaded ? devices() : List.of();
        if (!loaded && free >= 0 && free < NEEDED_BYTES) {
            problems.add(
                    new Problem(
                            "only " + (free >> 20) + " MB are free at " + cache,
                            "free 2 GB, or set DJL_CACHE_DIR to a folder elsewhere."));
        }
        Trial trial = loaded ? trial(wanted) : null;
        List<DeviceAgreement.Finding> agreement =
                trial == null || thorough == null ? List.of() : agreement(wanted, thorough);
        return new DoctorReport(
                Versions.program(),
                "%s (%s) in %s"
                        .formatted(
                                System.getProperty("java.version"),
                                System.getProperty("java.vendor"),
                                System.getProperty("java.home")),
                "%s %s, %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                Engine.getDjlVersion(),
                jniVersion(),
                loaded ? EngineInfo.libtorchVersion() : null,
                choice,
                loaded ? EngineInfo.libraryPath().toString() : null,
                devices,
                loaded ? cuda() : "unknown, because libtorch is not loaded",
                loaded ? EngineInfo.threads() : 0,
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory(),
                physicalMemory(),
                cache.toString(),
                free,
                Fonts.problem().orElse(null),
                ClassArchive.describe(),
                loaded ? prepacked() : List.of(),
                trial,
                agreement,
                List.copyOf(problems));
    }

    private boolean load() {
        try {
            EngineInfo.libtorchVersion();
            return true;
        } catch (EngineException | LinkageError e) {
            problems.add(new Problem("libtorch cannot be loaded: " + chainOf(e), choice.fix()));
            return false;
        }
    }

    /** The innermost message names the file or symbol at fault, the outer ones what was tried. */
    private static String chainOf(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable part = failure; part != null; part = part.getCause()) {
            text.append(text.isEmpty() ? "" : "; because: ")
                    .append(
                            part.getMessage() == null
                                    ? part.getClass().getName()
                                    : part.getMessage());
        }
        return text.toString();
    }

    private List<DeviceReport> devices() {
        List<DeviceReport> reports = new ArrayList<>();
        for (Device device : EngineInfo.devices()) {
            reports.add(device.isGpu() ? gpu(device) : cpu());
        }
        return List.copyOf(reports);
    }

    private static List<String> prepacked() {
        return Arrays.stream(Precision.values())
                .filter(precision -> EngineInfo.prepacksLinears(Device.cpu(), precision))
                .map(precision -> precision.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static DeviceReport gpu(Device device) {
        int index = device.getDeviceId();
        return new DeviceReport(
                "gpu:" + index,
                CudaUtils.getGpuMemory(device).getMax(),
                EngineInfo.supportsBf16(device),
                "compute capability " + CudaUtils.getComputeCapability(index),
                EngineInfo.allowsTf32());
    }

    private static DeviceReport cpu() {
        Path facts = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(facts)) {
            return new DeviceReport("cpu", -1, false, "this system does not tell", false);
        }
        try {
            String text = Files.readString(facts);
            for (String flag : List.of("amx_bf16", "avx512_bf16", "bf16")) {
                if (text.matches("(?s).*\\b" + flag + "\\b.*")) {
                    return new DeviceReport("cpu", -1, true, "processor flag " + flag, false);
                }
            }
            return new DeviceReport(
                    "cpu", -1, false, "no processor flag for it; emulated, slow", false);
        } catch (IOException e) {
            return new DeviceReport("cpu", -1, false, "this system does not tell", false);
        }
    }

    private String cuda() {
        int gpus = EngineInfo.devices().size() - 1;
        if (gpus > 0) {
            return "visible, " + gpus + (gpus == 1 ? " device" : " devices");
        }
        if (choice.kind().equals("cuda")) {
            problems.add(
                    new Problem(
                            "libtorch for CUDA was chosen, but it sees no GPU",
                            "check 'nvidia-smi': the driver must serve CUDA 12 (525.60 or newer); or"
                                    + " use the CPU with --device cpu."));
        }
        return "not used: " + choice.reason();
    }

    private Trial trial(DeviceChoice wanted) {
        Device device;
        try {
            device = wanted.resolve(EngineInfo.devices());
        } catch (EnvironmentException e) {
            problems.add(new Problem(e.getMessage(), "use --device auto or cpu."));
            return null;
        }
        long begin = System.nanoTime();
        try (NDManager manager = NDManager.newBaseManager(device, EngineInfo.ENGINE);
                Autograd.Mode recording = Autograd.record()) {
            NDArray input = manager.ones(new Shape(SIDE, SIDE));
            NDArray weight = manager.ones(new Shape(SIDE, SIDE));
            weight.setRequiresGradient(true);
            NDArray loss = input.matMul(weight).mean();
            Autograd.backward(loss);
            float value = loss.getFloat();
            float slope = Autograd.gradient(weight).max().getFloat();
            if (value != SIDE || slope != 1f / SIDE) {
                problems.add(
                        new Problem(
                                "the trial computed %s and slope %s instead of %s and %s"
                                        .formatted(value, slope, (float) SIDE, 1f / SIDE),
                                "libtorch is damaged: delete its cache folder and start again."));
            }
        } catch (EngineException e) {
            problems.add(new Problem("the trial failed: " + chainOf(e), choice.fix()));
        }
        return new Trial(DeviceChoice.nameOf(device), (System.nanoTime() - begin) / 1e6);
    }

    private List<DeviceAgreement.Finding> agreement(
            DeviceChoice wanted, Consumer<DeviceAgreement.Finding> listener) {
        List<DeviceAgreement.Finding> findings = List.of();
        try {
            Device device = wanted.resolve(EngineInfo.devices());
            findings = new DeviceAgreement(device, listener).ofPublished();
        } catch (EngineException | IllegalStateException e) {
            problems.add(new Problem("a network failed: " + chainOf(e), choice.fix()));
        }
        for (DeviceAgreement.Finding finding : findings) {
            if (!finding.agrees()) {
                problems.add(
                        new Problem(
                                "%s in %s differ from the CPU's by %.1e, expected at most %.1e"
                                        .formatted(
                                                finding.what(),
                                                finding.precision(),
                                                finding.difference(),
                                                finding.allowed()),
                                "do not trust results of this device: update its driver, look for"
                                        + " TF32 in the environment, and report what this command"
                                        + " printed."));
            }
        }
        return findings;
    }

    private static String jniVersion() {
        try (InputStream stream =
                Doctor.class.getClassLoader().getResourceAsStream("jnilib/pytorch.properties")) {
            if (stream == null) {
                return "not on the class path";
            }
            Properties properties = new Properties();
            properties.load(stream);
            return properties.getProperty("jni_version", "unknown");
        } catch (IOException e) {
            return "unreadable: " + e.getMessage();
        }
    }

    private static long physicalMemory() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : -1;
    }

    private static long freeBytes(Path folder) {
        Path existing = folder.toAbsolutePath();
        while (existing != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        try {
            return existing == null ? -1 : Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            return -1;
        }
    }
}
