// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.weights.WeightsLoader;
import java.util.Optional;

/**
 * Size of pictures and windows at which a model is used instead of its own.
 *
 * @param imageSize width and height of pictures, nothing for the model's own
 * @param window side of windows in tokens, nothing for the model's own
 * @param scaled whether windows grow in proportion to pictures instead
 */
record Resolution(Optional<Integer> imageSize, Optional<Integer> window, boolean scaled) {

    /** What stands for windows that grow with pictures. */
    static final String SCALED = "scaled";

    /** The largest side that is understood. */
    static final int LARGEST = 99_999;

    /** A side from 1 to {@link #LARGEST}. */
    static final String SIDE = "[1-9]\\d{0,4}";

    /**
     * Reads what the command line says.
     *
     * @param imageSize a number, or null
     * @param window a number, {@link #SCALED}, or null
     * @throws IllegalArgumentException if it says neither
     */
    static Resolution of(Integer imageSize, String window) {
        boolean scaled = SCALED.equals(window);
        return new Resolution(
                Optional.ofNullable(imageSize).map(size -> positive("--img-size", "" + size)),
                Optional.ofNullable(window)
                        .filter(text -> !scaled)
                        .map(text -> positive("--window", text)),
                scaled);
    }

    private static int positive(String option, String text) {
        if (!text.matches(SIDE)) {
            throw new IllegalArgumentException(
                    option
                            + " is '"
                            + text
                            + "', expected a whole number from 1 to "
                            + LARGEST
                            + (option.equals("--window") ? " or " + SCALED : ""));
        }
        return Integer.parseInt(text);
    }

    /**
     * Returns a model's description at this resolution. Continuous position biases keep referring
     * to the windows they were trained with; tables are resized when the weights are read.
     *
     * @param trained the model as it was trained
     * @throws IllegalArgumentException if the model cannot have this resolution
     */
    ModelDescription of(ModelDescription trained) {
        if (imageSize.isEmpty() && window.isEmpty()) {
            return trained;
        }
        SwinConfig config = trained.config();
        int height = imageSize.orElse(config.imageHeight());
        int width = imageSize.orElse(config.imageWidth());
        int side = window.orElse(config.window());
        if (scaled) {
            double factor = (double) height / config.imageHeight();
            side = Math.max(1, (int) Math.round(factor * config.window()));
        }
        return new ModelDescription(
                trained.name(),
                WeightsLoader.resize(config, height, width, side),
                trained.labels(),
                trained.preprocessing().at(height, width));
    }
}
