// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.PrecisionChoice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say where and how a command applies a model. */
final class ComputeOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin private DeviceOption device;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            defaultValue = "fp32",
            description = "fp32, bf16 or fp16 (default: ${DEFAULT-VALUE}).")
    private Precision precision;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "16",
            description = "Pictures computed at once (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    /** Finds the device, and checks what the other options ask of it. */
    Device device() {
        OptionChecks.atLeastOne(spec, "--batch-size", batchSize);
        Device found = device.resolve();
        PrecisionChoice.valueOf(precision.name()).on(found);
        return found;
    }

    Precision precision() {
        return precision;
    }

    int batchSize() {
        return batchSize;
    }
}
