// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import java.nio.file.Path;

/**
 * A complete checkpoint on disk.
 *
 * @param directory the directory that holds its files
 * @param state where in the run it was taken
 */
public record Checkpoint(Path directory, CheckpointState state) {

    /** File with the network's parameters. */
    public static final String MODEL = "model.safetensors";

    /** File with the average of the parameters, in runs that keep one. */
    public static final String EMA = "ema.safetensors";

    /** File with what updates remember: moments, counts, the loss scale. */
    public static final String OPTIMIZER = "optimizer.safetensors";

    /** File that describes the network, written by whoever built it. */
    public static final String DESCRIPTION = "model.json";

    /** File with the position in the run and the other files' hashes. */
    public static final String STATE = "state.json";
}
