// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.kernels.EngineInfo;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The {@code --device} option of every command that computes. */
final class DeviceOption {

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            converter = Converter.class,
            description =
                    "Where to compute: auto, cpu, gpu or gpu:N (default: ${DEFAULT-VALUE}). auto"
                            + " takes the first usable GPU, or else the CPU.")
    private DeviceChoice choice;

    @Mixin private Tf32Option tf32;

    /**
     * Finds the device that was asked for.
     *
     * @throws EnvironmentException if it is not there
     */
    Device resolve() {
        return tf32.check(choice.resolve(EngineInfo.devices()));
    }

    /**
     * Returns what was asked for, without loading the engine.
     *
     * @throws ParameterException if TF32 was asked for, too, and the CPU
     */
    DeviceChoice choice() {
        if (tf32.isAsked() && choice.name().equals("cpu")) {
            throw tf32.withoutEffect();
        }
        return choice;
    }

    /** Tells whether TF32 was asked for. */
    boolean asksForTf32() {
        return tf32.isAsked();
    }

    /** Makes a wrong value a usage error that names the option. */
    static final class Converter implements ITypeConverter<DeviceChoice> {
        @Override
        public DeviceChoice convert(String value) {
            try {
                return new DeviceChoice(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
