// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Memory in use, in megabytes of 10<sup>6</sup> bytes, and free, in bytes: of the whole process
 * where it computes on a CPU, of the whole device otherwise. Thread-safe.
 */
public final class MemoryUse {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path MACHINE = Path.of("/proc/meminfo");

    /** The limits of this process's control group, as containers see them. */
    private static final Path GROUP = Path.of("/sys/fs/cgroup");

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

    /**
     * Returns what a process may still take.
     *
     * @param device where the process computes
     * @return bytes; empty where the system does not tell
     */
    public static OptionalLong free(Device device) {
        if (device.isGpu()) {
            MemoryUsage usage = CudaUtils.getGpuMemory(device);
            return OptionalLong.of(usage.getMax() - usage.getCommitted());
        }
        OptionalLong machine = number(MACHINE, "MemAvailable:\\s+(\\d+) kB", 1024);
        OptionalLong limit = number(GROUP.resolve("memory.max"), "(\\d+)\\s*", 1);
        OptionalLong used = number(GROUP.resolve("memory.current"), "(\\d+)\\s*", 1);
        if (machine.isEmpty() || limit.isEmpty() || used.isEmpty()) {
            return machine;
        }
        // Pages of files count as used, but are given up when memory is wanted.
        long files = number(GROUP.resolve("memory.stat"), "inactive_file (\\d+)", 1).orElse(0);
        long left = limit.getAsLong() - used.getAsLong() + files;
        return OptionalLong.of(Math.min(machine.getAsLong(), left));
    }

    private static OptionalLong number(Path file, String pattern, long unit) {
        Pattern line = Pattern.compile(pattern);
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(matcher -> Long.parseLong(matcher.group(1)) * unit)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
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
