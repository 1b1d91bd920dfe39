// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.kernels.EngineInfo;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The option that lets GPUs round float32 factors. The launcher reads it too: NVIDIA's libraries
 * take the decision from the environment in which a process starts.
 */
final class Tf32Option {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--tf32",
            description =
                    "Let a GPU round the factors of float32 products to TF32, which is faster and"
                            + " keeps 10 of 23 bits. Without it they are exact.")
    private boolean asked;

    /**
     * Checks what was asked for.
     *
     * @return the device itself
     * @throws ParameterException if the device is the CPU
     * @throws EnvironmentException if the process was not started for it
     */
    Device check(Device device) {
        if (asked && !device.isGpu()) {
            throw withoutEffect();
        }
        if (asked && !EngineInfo.allowsTf32()) {
            throw new EnvironmentException(
                    "--tf32: this process was started without TF32. Start with scripts/swin, or set"
                            + " TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1 and unset NVIDIA_TF32_OVERRIDE"
                            + " before Java starts.");
        }
        return device;
    }

    /** Tells whether it was given. */
    boolean isAsked() {
        return asked;
    }

    /** Returns the refusal of the option for a CPU. */
    ParameterException withoutEffect() {
        return new ParameterException(
                spec.commandLine(), "--tf32: a CPU has no TF32; leave the option away");
    }
}
