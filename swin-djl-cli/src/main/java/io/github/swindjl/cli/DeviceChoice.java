// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code --device}.
 *
 * @param name {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 */
record DeviceChoice(String name) {

    private static final Pattern SYNTAX = Pattern.compile("auto|cpu|gpu(?::(\\d{1,4}))?");

    DeviceChoice {
        if (!SYNTAX.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no device: expected auto, cpu, gpu or gpu:N (N from 0)");
        }
    }

    /**
     * Finds the device meant.
     *
     * @param available what the engine offers: GPUs in order, then the CPU
     * @return the device; for {@code auto} the first GPU, or else the CPU
     * @throws EnvironmentException if a GPU was asked for that is not there
     */
    Device resolve(List<Device> available) {
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        if (name.equals("auto")) {
            return available.get(0);
        }
        Matcher matcher = SYNTAX.matcher(name);
        int index =
                matcher.matches() && matcher.group(1) != null
                        ? Integer.parseInt(matcher.group(1))
                        : 0;
        long gpus = available.stream().filter(Device::isGpu).count();
        if (index >= gpus) {
            throw new EnvironmentException(missing(index, gpus));
        }
        return Device.gpu(index);
    }

    /** Returns the name by which this option would ask for a device. */
    static String nameOf(Device device) {
        return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
    }

    private String missing(int index, long gpus) {
        if (gpus > 0) {
            return "--device "
                    + name
                    + ": there is no GPU number "
                    + index
                    + "; this machine has "
                    + gpus
                    + ", numbered from 0.";
        }
        return "--device "
                + name
                + " was asked for, but no GPU is usable: "
                + NativeChoice.ofProcess().reason()
                + ". Use --device cpu, or see 'swin doctor'.";
    }
}
