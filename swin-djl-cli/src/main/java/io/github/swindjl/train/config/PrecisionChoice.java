// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import ai.djl.Device;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;

/** What a configuration may say about precision. */
public enum PrecisionChoice {
    /** bf16 on a GPU that has it, otherwise float32. */
    AUTO,
    /** float32 throughout. */
    FP32,
    /** bfloat16 products. */
    BF16,
    /** IEEE half products, with loss scaling. */
    FP16;

    /**
     * Decides for a device.
     *
     * @param device the device to train on
     * @return the precision
     * @throws IllegalArgumentException if bf16 is asked for on a GPU that does not have it
     */
    public Precision on(Device device) {
        return switch (this) {
            case AUTO ->
                    device.isGpu() && EngineInfo.supportsBf16(device)
                            ? Precision.BF16
                            : Precision.FP32;
            case FP32 -> Precision.FP32;
            case FP16 -> Precision.FP16;
            case BF16 -> {
                if (!EngineInfo.supportsBf16(device)) {
                    throw new IllegalArgumentException(
                            "Precision bf16 needs an NVIDIA GPU of the Ampere generation or later,"
                                    + " which "
                                    + device
                                    + " is not; use fp16 or fp32");
                }
                yield Precision.BF16;
            }
        };
    }
}
