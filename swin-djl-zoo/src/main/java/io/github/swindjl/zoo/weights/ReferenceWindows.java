// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import io.github.swindjl.blocks.PositionBias;
import io.github.swindjl.blocks.SwinConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The windows that a continuous position bias was trained with. */
final class ReferenceWindows {

    private static final double SCALE = 8;

    private ReferenceWindows() {}

    /** Returns the window that each stage's bias refers to: the configured one or its own. */
    static List<Integer> of(SwinConfig config) {
        List<Integer> windows = new ArrayList<>();
        for (int stage = 0; stage < config.stages(); stage++) {
            int configured = config.referenceWindows().get(stage);
            windows.add(configured > 0 ? configured : config.windowPlan(stage, 0).height());
        }
        return windows;
    }

    /**
     * Takes the windows from a file that tells them, where the configuration does not.
     *
     * @param config the network's configuration
     * @param file the file
     * @param notes gets a sentence if the file changes or contradicts the configuration
     * @return the configuration to build the network with
     * @throws StateException if the file cannot be read
     */
    static SwinConfig settle(SwinConfig config, NetworkNames file, List<String> notes)
            throws StateException {
        if (config.positionBias() != PositionBias.LOG_CPB) {
            return config;
        }
        List<Integer> assumed = of(config);
        List<Integer> trained = new ArrayList<>(assumed);
        List<Integer> settled = new ArrayList<>(config.referenceWindows());
        for (int stage = 0; stage < config.stages(); stage++) {
            Optional<Integer> window = window(file, stage);
            if (window.isPresent() && !window.get().equals(assumed.get(stage))) {
                trained.set(stage, window.get());
                if (settled.get(stage) == 0) {
                    settled.set(stage, window.get());
                }
            }
        }
        if (trained.equals(assumed)) {
            return config;
        }
        SwinConfig result = config.toBuilder().optReferenceWindows(settled).build();
        notes.add(
                "By the file's coordinates, the position bias was trained with windows "
                        + trained
                        + "; the network takes "
                        + of(result)
                        + " as its reference.");
        return result;
    }

    /** Solves the largest coordinate, log2(1 + 8·(w − 1)/(r − 1))/3, for the reference r. */
    private static Optional<Integer> window(NetworkNames file, int stage) throws StateException {
        Optional<LazyTensor> table =
                file.tensor("layers." + stage + ".blocks.0.attn.relative_coords_table");
        if (table.isEmpty() || !table.get().type().widens() || table.get().shape().length != 4) {
            return Optional.empty();
        }
        long rows = table.get().shape()[1];
        double largest = 0;
        for (float coordinate : table.get().floats()) {
            largest = Math.max(largest, coordinate);
        }
        if (rows < 3 || largest == 0) {
            return Optional.empty();
        }
        double window = (rows + 1) / 2.0;
        double reference = 1 + SCALE * (window - 1) / (Math.pow(2, 3 * largest) - 1);
        return Optional.of((int) Math.round(reference));
    }
}
