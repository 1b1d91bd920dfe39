// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Precision;

/**
 * How many bytes a step moves between a device and its memory at least: so that measured times can
 * be compared with what the memory could do.
 *
 * <p>Each output of a layer (linear layers, attention, norms, sums) is written once and read once
 * in the type of the products, each weight read once. A training step also reads what it kept,
 * writes and reads a gradient of each output, and reads and writes parameter, gradient and two
 * moments of AdamW in float32. Kernels that are not fused move more.
 */
final class LeastTraffic {

    /** What a block writes besides the MLP's inside, in arrays of its map's size. */
    private static final int BLOCK_OUTPUTS = 3 + 1 + 1 + 1 + 2 + 2;

    private static final int INFERENCE_PASSES = 2;
    private static final int TRAINING_PASSES = 5;

    /** Parameter, gradient and two moments, read and written. */
    private static final int UPDATE_BYTES = 2 * 4 * Float.BYTES;

    private LeastTraffic() {}

    /**
     * Returns the bytes of one step.
     *
     * @param parameters number of trained values
     */
    static double ofStep(BenchCase what, long parameters) {
        int width = what.precision() == Precision.FP32 ? Float.BYTES : Short.BYTES;
        double outputs = what.batchSize() * outputs(what.network().config());
        double weights = (double) parameters * width;
        return what.mode() == BenchMode.INFER
                ? INFERENCE_PASSES * outputs * width + weights
                : TRAINING_PASSES * outputs * width
                        + 2 * weights
                        + (double) UPDATE_BYTES * parameters;
    }

    /** Returns the values that all layers write for one picture. */
    private static double outputs(SwinConfig config) {
        int rows = parts(config.imageHeight(), config.patchSize());
        int columns = parts(config.imageWidth(), config.patchSize());
        double sum = 2.0 * rows * columns * config.width();
        for (int stage = 0; stage < config.stages(); stage++) {
            double map = (double) rows * columns * config.stageWidth(stage);
            sum += config.depths().get(stage) * map * (BLOCK_OUTPUTS + config.mlpRatio());
            if (stage < config.stages() - 1) {
                // The joined cells, their norm, and half as many channels.
                sum += 2.5 * map;
            }
            rows = parts(rows, 2);
            columns = parts(columns, 2);
        }
        return sum;
    }

    /** Returns how many parts of a length cover a side. */
    private static int parts(int side, int length) {
        return (side + length - 1) / length;
    }
}
