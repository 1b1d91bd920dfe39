// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Memory in use, in megabytes of 10<sup>6</sup> bytes: of the whole process where it computes on a
 * CPU, of the whole device otherwise. Thread-safe.
 */
public final class MemoryUse {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double MEGA = 1e6;

    private MemoryUse() {}

    /**
     * Returns what is in use now.
     *
     * @param device where the process computes
     * @return megabytes, NaN where the system does not tell
     */
    public static double now(Device device) {
        return device.isGpu() ? gpu(device) : status("VmRSS:");
    }

    /**
     * Returns the most that was in use at once. A GPU's allocator keeps what it once had, so there
     * it is what is in use now.
     *
     * @param device where the process computes
     * @return megabytes, NaN where the system does not tell
     */
    public static double peak(Device device) {
        return device.isGpu() ? gpu(device) : status("VmHWM:");
    }

    private static double gpu(Device device) {
        return CudaUtils.getGpuMemory(device).getCommitted() / MEGA;
    }

    /** Linux tells in kibibytes. */
    private static double status(String name) {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToDouble(line -> Double.parseDouble(line.split("\\s+")[1]) * 1024 / MEGA)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
