// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.Device;
import ai.djl.nn.Block;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * How a run's passes use memory, and why.
 *
 * @param mode what they keep for their backward pass
 * @param estimate what training takes then; empty for networks that are not estimated
 * @param plain what it would take if everything were kept; empty likewise
 * @param free bytes that were free on the device when this was decided; empty if the system does
 *     not tell
 */
public record MemoryPlan(
        MemoryMode mode,
        Optional<MemoryEstimate> estimate,
        Optional<MemoryEstimate> plain,
        OptionalLong free) {

    private static final double GIGA = 1e9;
    private static final List<MemoryMode> LADDER =
            List.of(MemoryMode.PLAIN, MemoryMode.BLOCK, MemoryMode.SEQUENTIAL);

    /**
     * Decides for a network on its device.
     *
     * @param network the network, initialised
     * @param config the run; {@code auto} takes the first of {@link MemoryMode#PLAIN}, {@link
     *     MemoryMode#BLOCK} and {@link MemoryMode#SEQUENTIAL} that is estimated at no more than
     *     nine tenths of what is free, and the last if none is. Stages cost as much time as blocks
     *     and save less
     * @param device where it lies
     * @return the plan
     */
    public static MemoryPlan of(Block network, TrainConfig config, Device device) {
        return of(network, config, config.precision().on(device), MemoryUse.free(device));
    }

    /** Decides; what the network itself takes is already taken. */
    static MemoryPlan of(
            Block network, TrainConfig config, Precision precision, OptionalLong free) {
        Function<MemoryMode, Optional<MemoryEstimate>> estimate =
                mode -> estimate(network, config, precision, mode);
        MemoryMode mode =
                config.memory()
                        .mode()
                        .orElseGet(
                                () ->
                                        LADDER.stream()
                                                .filter(each -> fits(estimate.apply(each), free))
                                                .findFirst()
                                                .orElse(MemoryMode.SEQUENTIAL));
        return new MemoryPlan(mode, estimate.apply(mode), estimate.apply(MemoryMode.PLAIN), free);
    }

    private static boolean fits(Optional<MemoryEstimate> estimate, OptionalLong free) {
        return estimate.isPresent()
                && free.isPresent()
                && estimate.get().total() - estimate.get().parameters()
                        <= free.getAsLong() / 10 * 9;
    }

    private static Optional<MemoryEstimate> estimate(
            Block network, TrainConfig config, Precision precision, MemoryMode mode) {
        if (!(network instanceof SwinClassifier classifier)) {
            return Optional.empty();
        }
        return Optional.of(
                MemoryEstimate.of(
                        classifier.backbone().config(),
                        MemoryEstimate.Values.of(config, network),
                        config.training().batchSize(),
                        precision,
                        mode));
    }

    /**
     * Returns the plan in words: the mode, what it takes, what it costs and what was free.
     *
     * @return a sentence without its end
     */
    public String describe() {
        StringBuilder text = new StringBuilder(mode.name().toLowerCase(Locale.ROOT));
        text.append(": ").append(mode.meaning());
        if (mode != MemoryMode.PLAIN) {
            text.append(", which takes about a third more time");
        }
        estimate.ifPresent(
                found -> text.append("; an estimated ").append(gigabytes(found.total())));
        if (mode != MemoryMode.PLAIN) {
            plain.ifPresent(found -> text.append(" instead of ").append(gigabytes(found.total())));
        }
        free.ifPresent(bytes -> text.append("; free are ").append(gigabytes(bytes)));
        return text.toString();
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f GB", bytes / GIGA);
    }
}
