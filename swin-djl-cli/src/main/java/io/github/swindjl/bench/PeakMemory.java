// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import ai.djl.Device;
import io.github.swindjl.kernels.DeviceMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most memory in use since a case began.
 *
 * <p>On a CPU it is the process's resident memory, Java's and libtorch's own included: Linux keeps
 * the peak ({@code VmHWM}) and takes it back when asked ({@code /proc/self/clear_refs}). Where it
 * does not, a peak below an earlier case's is unknown; so is every one without Linux. On a GPU it
 * is what the device has given away from then until the case was {@linkplain #warm() warm};
 * libtorch's allocator gives nothing back by itself, so this is its peak, and what other processes
 * take later does not count.
 */
final class PeakMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");
    private static final String CLEAR_PEAK = "5";
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");

    private final Device device;
    private final OptionalLong before;
    private final OptionalLong formerPeak;
    private OptionalLong warmPeak = OptionalLong.empty();

    private PeakMemory(Device device, OptionalLong before, OptionalLong formerPeak) {
        this.device = device;
        this.before = before;
        this.formerPeak = formerPeak;
    }

    /** Begins to watch the device that a case will run on. */
    static PeakMemory watch(Device device) {
        System.gc();
        if (device.isGpu()) {
            DeviceMemory.release();
            OptionalLong used = OptionalLong.of(DeviceMemory.used(device));
            return new PeakMemory(device, used, used);
        }
        boolean reset = resetPeak();
        return new PeakMemory(device, read(RESIDENT), reset ? OptionalLong.of(0) : read(PEAK));
    }

    /** Returns whether the system forgot the peak so far, which it may refuse. */
    private static boolean resetPeak() {
        if (!Files.isWritable(CLEAR)) {
            return false;
        }
        try {
            Files.writeString(CLEAR, CLEAR_PEAK, StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static OptionalLong read(Pattern line) {
        if (!Files.isReadable(STATUS)) {
            return OptionalLong.empty();
        }
        try {
            Matcher matcher = line.matcher(Files.readString(STATUS));
            return matcher.find()
                    ? OptionalLong.of(Long.parseLong(matcher.group(1)) << 10)
                    : OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(STATUS + " cannot be read", e);
        }
    }

    /** Takes note that all that the case does has been done once. */
    void warm() {
        if (device.isGpu()) {
            warmPeak = OptionalLong.of(DeviceMemory.used(device) - before.getAsLong());
        }
    }

    /** Returns the bytes in use when the watch began, if that is known. */
    OptionalLong before() {
        return before;
    }

    /** Returns the most bytes in use since then (on a GPU, beyond that), if that is known. */
    OptionalLong peak() {
        if (device.isGpu()) {
            return warmPeak;
        }
        OptionalLong peak = read(PEAK);
        return peak.isPresent() && peak.getAsLong() > formerPeak.getAsLong()
                ? peak
                : OptionalLong.empty();
    }
}
