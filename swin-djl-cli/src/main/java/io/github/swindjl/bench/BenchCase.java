// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import ai.djl.Device;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.ModelEntry;
import java.util.List;

/**
 * One thing to measure. Immutable.
 *
 * @param network what is built, with random parameters
 * @param settings what was changed of the published architecture, as {@code key=value}
 * @param mode what a step does
 * @param batchSize pictures in a step, at least 1
 * @param memory what a training step keeps for its backward pass; without meaning in inference
 * @param deterministic whether a training step adds gradients in a fixed order; without meaning in
 *     inference
 * @param precision of the heavy products
 * @param device where
 * @param seed decides parameters, input and labels
 */
public record BenchCase(
        ModelDescription network,
        List<String> settings,
        BenchMode mode,
        int batchSize,
        MemoryMode memory,
        boolean deterministic,
        Precision precision,
        Device device,
        long seed) {

    /**
     * Checks the batch size.
     *
     * @param network what is built
     * @param settings what was changed of the published architecture
     * @param mode what a step does
     * @param batchSize pictures in a step
     * @param memory what a training step keeps
     * @param deterministic whether a training step adds gradients in a fixed order
     * @param precision of the heavy products
     * @param device where
     * @param seed decides parameters, input and labels
     * @throws IllegalArgumentException if the batch is empty
     */
    public BenchCase {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "The batch size must be at least 1, found " + batchSize);
        }
        settings = List.copyOf(settings);
    }

    /**
     * Describes a known model with changes.
     *
     * @param model its name, as {@code ModelTable} knows it
     * @param settings changes to the architecture, as {@code key=value} with the keys of the
     *     training configuration's {@code model.overrides}
     * @param imageSize side of the pictures, null for the architecture's own
     * @param dropPath share of residual branches that training drops in the deepest block
     * @return the description
     * @throws IllegalArgumentException if there is no such model or key, or a value does not fit
     */
    public static ModelDescription network(
            String model, List<String> settings, Integer imageSize, double dropPath) {
        TrainConfig config =
                TrainConfig.defaults()
                        .with("model.name", model)
                        .with("training.drop_path", Double.toString(dropPath));
        ModelEntry entry = config.entry();
        SwinConfig network =
                config.with(settings.stream().map(text -> "model.overrides." + text).toList())
                        .network();
        if (imageSize != null) {
            network = network.toBuilder().optImageSize(imageSize, imageSize).build();
        }
        return new ModelDescription(
                entry.name(),
                network,
                entry.description().labels(),
                entry.preprocessing(network.imageHeight(), network.imageWidth()));
    }

    /** Returns the same with another batch size. */
    BenchCase withBatchSize(int size) {
        return new BenchCase(
                network, settings, mode, size, memory, deterministic, precision, device, seed);
    }
}
