// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.Device;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;

/**
 * Inference on the CPU with weights in the layout in which oneDNN multiplies fastest.
 *
 * <p>The copies are made at the first pass, kept until a parameter changes, and cost as much memory
 * as the weights once more; they die with the parameters' manager or the next training pass.
 */
final class Prepacked {

    /**
     * Tokens that are computed at a time: what lies between the steps of a block is up to four
     * values for each channel, and should stay in the processor's cache.
     */
    static final int ROWS = 4096;

    /** Weights above this size are not worth a second copy. */
    private static final long LARGEST_NETWORK_BYTES = 2L << 30;

    private Prepacked() {}

    /** Tells whether a pass of inference should use prepacked weights. */
    static boolean suits(Device device, Precision precision, long networkBytes) {
        return networkBytes <= LARGEST_NETWORK_BYTES
                && EngineInfo.prepacksLinears(device, precision);
    }
}
