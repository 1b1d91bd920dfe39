// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.Device;
import ai.djl.nn.Block;
import io.github.swindjl.blocks.ActivationMemory;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.dense.UperNet;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.dense.UperNetMemory;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.simmim.SimMim;
import io.github.swindjl.simmim.SimMimMemory;
import io.github.swindjl.train.config.MemoryChoice;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.StateStorage;
import io.github.swindjl.train.config.TrainConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How a run uses memory, and why.
 *
 * @param mode what passes keep for their backward pass
 * @param state where the optimizer's moments are kept
 * @param estimate what training takes then; empty for networks that are not estimated
 * @param plain what it would take if every pass kept all; empty likewise
 * @param free bytes that were free on the device when this was decided; empty if the system does
 *     not tell
 * @param kept whether the mode is the one that was chosen when the run began
 */
public record MemoryPlan(
        MemoryMode mode,
        StateStorage state,
        Optional<MemoryEstimate> estimate,
        Optional<MemoryEstimate> plain,
        OptionalLong free,
        boolean kept) {

    private static final double GIGA = 1e9;

    /** A mode with a place for the optimizer's moments. */
    private record Choice(MemoryMode mode, StateStorage state) {}

    /**
     * Decides for a network on its device. {@code auto} takes the first of {@link
     * MemoryMode#PLAIN}, {@link MemoryMode#BLOCK} and {@link MemoryMode#SEQUENTIAL} that is
     * estimated at no more than nine tenths of what is free; on a GPU then the first of these with
     * moments on the host; and the last if none is. It never changes what is learnt, so bfloat16 is
     * only taken where it was asked for.
     *
     * @param network the network, initialised
     * @param config the run
     * @param device where it lies
     * @param first the mode that {@code auto} chose when the run began, which stays
     * @return the plan
     */
    public static MemoryPlan of(
            Block network, TrainConfig config, Device device, Optional<MemoryMode> first) {
        return of(
                network,
                config,
                config.precision().on(device),
                MemoryUse.free(device),
                device.isGpu(),
                first);
    }

    /** Decides; what the network itself takes is already taken. */
    static MemoryPlan of(
            Block network,
            TrainConfig config,
            Precision precision,
            OptionalLong free,
            boolean hasHost,
            Optional<MemoryMode> first) {
        Optional<ActivationMemory> activations = activations(network, config, precision);
        MemoryEstimate.Values values = MemoryEstimate.Values.of(config, network);
        boolean kept = config.memory() == MemoryChoice.AUTO && first.isPresent();
        List<Choice> choices = choices(config, hasHost, first);
        Choice chosen =
                choices.stream()
                        .filter(
                                each ->
                                        activations
                                                .map(a -> estimate(a, values, each))
                                                .filter(found -> fits(found, free))
                                                .isPresent())
                        .findFirst()
                        .orElse(choices.get(choices.size() - 1));
        return new MemoryPlan(
                chosen.mode(),
                chosen.state(),
                activations.map(a -> estimate(a, values, chosen)),
                activations.map(
                        a -> estimate(a, values, new Choice(MemoryMode.PLAIN, chosen.state()))),
                free,
                kept);
    }

    /** Returns what may be chosen, in the order of what it costs. */
    private static List<Choice> choices(
            TrainConfig config, boolean hasHost, Optional<MemoryMode> first) {
        StateStorage asked = config.optimizer().state();
        Optional<MemoryMode> given = config.memory().mode();
        if (given.isPresent()) {
            return List.of(new Choice(given.get(), asked));
        }
        List<MemoryMode> modes = first.map(List::of).orElseGet(MemoryPlan::modes);
        List<Choice> choices = new ArrayList<>();
        modes.forEach(mode -> choices.add(new Choice(mode, asked)));
        boolean moves = asked == StateStorage.FLOAT32 && config.optimizer().moments() > 0;
        if (hasHost && moves) {
            modes.forEach(mode -> choices.add(new Choice(mode, StateStorage.HOST)));
        }
        return choices;
    }

    private static List<MemoryMode> modes() {
        List<MemoryMode> modes = new ArrayList<>(List.of(MemoryMode.PLAIN));
        modes.addAll(MemoryMode.PLAIN.smaller());
        return modes;
    }

    private static MemoryEstimate estimate(
            ActivationMemory activations, MemoryEstimate.Values values, Choice choice) {
        return MemoryEstimate.of(activations, values.with(choice.state()), choice.mode());
    }

    private static Optional<ActivationMemory> activations(
            Block network, TrainConfig config, Precision precision) {
        int batch = config.training().batchSize();
        if (network instanceof SwinClassifier classifier) {
            return Optional.of(
                    new ActivationMemory(
                            classifier.backbone().config(),
                            batch,
                            precision,
                            ActivationMemory.Head.NONE));
        } else if (network instanceof UperNet upernet) {
            int side = config.segmentation().crop();
            UperNetConfig trained = upernet.config().withImageSize(side, side);
            return Optional.of(
                    new ActivationMemory(
                            trained.backbone(),
                            batch,
                            precision,
                            UperNetMemory.of(trained, batch, precision)));
        } else if (network instanceof SimMim simmim) {
            return Optional.of(
                    new ActivationMemory(
                            simmim.config(),
                            batch,
                            precision,
                            SimMimMemory.of(simmim.config(), batch, precision)));
        }
        return Optional.empty();
    }

    /**
     * Tells whether the plan is estimated to fit.
     *
     * @return false where the estimate is more than nine tenths of what is free
     */
    public boolean fits() {
        return estimate.isEmpty() || free.isEmpty() || fits(estimate.get(), free);
    }

    private static boolean fits(MemoryEstimate estimate, OptionalLong free) {
        return free.isPresent()
                && estimate.total() - estimate.parameters() <= free.getAsLong() / 10 * 9;
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
        estimate.filter(found -> found.host() > 0)
                .ifPresent(
                        found ->
                                text.append("; the optimizer's state takes ")
                                        .append(gigabytes(found.host()))
                                        .append(" of the computer's memory"));
        if (kept) {
            text.append("; the mode is the one with which the run began");
        }
        if (!fits()) {
            text.append("; it is not likely to fit");
            savings().forEach(each -> text.append("; ").append(each));
        }
        return text.toString();
    }

    /** Tells what other places for the optimizer's state would save. */
    private Stream<String> savings() {
        long now = estimate.map(MemoryEstimate::optimizer).orElse(0L);
        return state == StateStorage.FLOAT32 && now > 0
                ? Stream.of(
                        "optimizer.state=bfloat16 would save "
                                + gigabytes(now / 2)
                                + ", and changes what is learnt within its noise")
                : Stream.empty();
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f GB", bytes / GIGA);
    }
}
