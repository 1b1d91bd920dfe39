// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import io.github.swindjl.blocks.PositionBias;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.window.Grid;
import io.github.swindjl.window.RelativeCoordinates;
import io.github.swindjl.window.RelativePosition;
import io.github.swindjl.window.ShiftCancel;
import io.github.swindjl.window.ShiftMask;
import io.github.swindjl.window.WindowPlan;
import io.github.swindjl.window.WindowShrink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes weights in a dialect, with the buffers that its implementation insists on. */
public final class WeightsExporter {

    private static final String RUNNING_MEAN = "running_mean";
    private static final int HUGGING_FACE_STAGES = 4;

    private final StateSource state;
    private final SwinConfig config;
    private final Dialect dialect;

    /** Whether the bias is a table, as in V1. */
    private final boolean table;

    /** Whether the implementation is the official one, which never pads and stores its masks. */
    private final boolean strict;

    /** Whether the network is one for dense prediction, whose backbone has a prefix. */
    private final boolean dense;

    private final Map<String, LazyTensor> content = new LinkedHashMap<>();

    /** Parts of joined tensors, in their order; null where the official names have nothing. */
    private final Map<String, List<LazyTensor>> parts = new LinkedHashMap<>();

    private WeightsExporter(StateSource state, SwinConfig config, Dialect dialect) {
        this.state = state;
        this.config = config;
        this.dialect = dialect;
        table = config.positionBias() == PositionBias.RELATIVE;
        dense = state.tensors().keySet().stream().anyMatch(NetworkPart::isWithin);
        strict = !dense && (dialect == Dialect.MICROSOFT || dialect == Dialect.SIMMIM);
    }

    /**
     * Writes a safetensors file.
     *
     * @param state weights under the official names
     * @param config the network that they belong to
     * @param dialect whose names to use
     * @param target the file, replaced atomically if it exists
     * @return the number of tensors written, buffers included
     * @throws IllegalArgumentException if the dialect's implementation cannot compute this network
     * @throws StateException if the weights cannot be read or the file not written
     */
    public static int write(StateSource state, SwinConfig config, Dialect dialect, Path target)
            throws StateException {
        WeightsExporter exporter = new WeightsExporter(state, config, dialect);
        exporter.refuseWhatTheDialectLacks();
        exporter.addParameters();
        exporter.addBuffers();
        DerivedSource result = new DerivedSource(state, exporter.content);
        // Transformers refuses files that do not say which framework they are for.
        SafetensorsWriter writer = new SafetensorsWriter().keepOrder().metadata("format", "pt");
        result.tensors()
                .forEach(
                        (name, info) ->
                                writer.add(
                                        name,
                                        info.type(),
                                        info.shape(),
                                        TensorContent.from(result, name)));
        writer.write(target);
        return result.tensors().size();
    }

    private void refuseWhatTheDialectLacks() {
        boolean huggingFace = dialect == Dialect.HUGGING_FACE || dialect == Dialect.HUGGING_FACE_5;
        boolean torchvision = dialect == Dialect.TORCHVISION;
        if (dense) {
            refuseWhatDenseDialectsLack();
            return;
        }
        refuse((huggingFace || torchvision) && config.absolutePosition(), "absolute position");
        for (int stage = 0; stage < config.stages(); stage++) {
            Grid grid = config.grid(stage);
            // Every second block may be shifted, so that the first two tell all.
            for (int block = 0; block < Math.min(2, config.depths().get(stage)); block++) {
                WindowPlan ours = config.windowPlan(stage, block).on(grid, config.shiftCancel());
                WindowPlan theirs = plan(stage, block);
                boolean resized = ours.height() != config.window();
                refuse(
                        !ours.equals(theirs) || resized && table && huggingFace,
                        describe(ours) + " in stage " + stage);
                boolean padded = !ours.padded(grid).equals(grid);
                refuse(padded && (strict || dialect == Dialect.TIMM), "padding in stage " + stage);
            }
            boolean odd = grid.height() % 2 + grid.width() % 2 > 0;
            refuse(strict && odd && stage < config.stages() - 1, "a merging of an odd " + grid);
        }
        SwinConfig own = config.toBuilder().optReferenceWindows(null).build();
        List<Integer> references = ReferenceWindows.of(config);
        refuse(
                torchvision && !table && !references.equals(ReferenceWindows.of(own)),
                "the reference windows " + references);
    }

    private void refuseWhatDenseDialectsLack() {
        boolean known =
                switch (dialect) {
                    case MICROSOFT -> true;
                    case HUGGING_FACE, OPEN_MMLAB -> table;
                    default -> false;
                };
        refuse(!known, "heads for dense prediction on this backbone");
        boolean huggingFace = dialect == Dialect.HUGGING_FACE;
        refuse(huggingFace && config.absolutePosition(), "absolute position");
        boolean named = config.stages() <= HUGGING_FACE_STAGES;
        refuse(huggingFace && !named, config.stages() + " stages");
    }

    /** Returns the window and shift of the dialect's implementation. */
    private WindowPlan plan(int stage, int block) {
        if (dense) {
            return config.windowPlan(stage, block);
        }
        boolean torchvision = dialect == Dialect.TORCHVISION;
        Grid grid = config.grid(stage);
        WindowShrink shrink =
                switch (dialect) {
                    case TORCHVISION -> WindowShrink.NEVER;
                    case TIMM -> WindowShrink.PER_AXIS;
                    default -> WindowShrink.BOTH_AXES;
                };
        return WindowPlan.of(grid, config.window(), block % 2 == 1, shrink)
                .on(grid, torchvision ? ShiftCancel.WHERE_COVERED : ShiftCancel.NEVER);
    }

    private static String describe(WindowPlan plan) {
        return "windows of "
                + plan.height()
                + "x"
                + plan.width()
                + " shifted by "
                + plan.shiftHeight()
                + "x"
                + plan.shiftWidth();
    }

    private void refuse(boolean lacks, String what) {
        if (lacks) {
            throw new IllegalArgumentException(
                    "The model has "
                            + what
                            + ", which "
                            + dialect.title()
                            + "'s implementation does not: its logits would differ. Choose another"
                            + " dialect.");
        }
    }

    private void addParameters() {
        for (String name : state.tensors().keySet()) {
            LazyTensor tensor = LazyTensor.of(state, name);
            Recipe recipe = dialect.recipe(NetworkPart.inner(name), config.stages());
            String first = prefixed(name, recipe.names().get(0));
            switch (recipe.kind()) {
                case SAME -> content.put(first, tensor);
                case CHANNELS_FIRST ->
                        content.put(
                                first,
                                LazyTensor.reorder(
                                        tensor, MergingOrder.fromOfficial(tensor.shape())));
                case PART ->
                        parts.computeIfAbsent(first, key -> newParts()).set(recipe.part(), tensor);
                case JOINED -> {
                    long rows = tensor.shape()[0] / recipe.names().size();
                    long start = 0;
                    for (String part : recipe.names()) {
                        content.put(prefixed(name, part), LazyTensor.rows(tensor, start, rows));
                        start += rows;
                    }
                }
            }
        }
        parts.forEach((name, present) -> content.put(name, joined(present)));
    }

    private static List<LazyTensor> newParts() {
        List<LazyTensor> empty = new ArrayList<>();
        while (empty.size() < Recipe.PARTS) {
            empty.add(null);
        }
        return empty;
    }

    /** Joins parts; those that the official names have nothing for are zero. */
    private static LazyTensor joined(List<LazyTensor> present) {
        LazyTensor some = present.stream().filter(part -> part != null).findFirst().orElseThrow();
        return LazyTensor.join(
                present.stream()
                        .map(
                                part ->
                                        part == null
                                                ? LazyTensor.zeros(some.type(), some.shape())
                                                : part)
                        .toList());
    }

    /** Puts the backbone's prefix before a name of the dialect; the head has none. */
    private String prefixed(String name, String foreign) {
        if (dense) {
            return NetworkPart.isWithin(name) ? NetworkPart.BACKBONE + foreign : foreign;
        }
        if (!LoadReport.isBackbone(name)) {
            return foreign;
        }
        return switch (dialect) {
                    case MICROSOFT, TIMM, TORCHVISION -> "";
                    case HUGGING_FACE, HUGGING_FACE_5 -> table ? "swin." : "swinv2.";
                    case SIMMIM -> "encoder.";
                    case OPEN_MMLAB, OPEN_MMLAB_V2 -> "backbone.";
                }
                + foreign;
    }

    private void addBuffers() {
        boolean all = strict || dialect == Dialect.TORCHVISION;
        boolean official = dense && dialect == Dialect.MICROSOFT;
        for (String name : state.tensors().keySet()) {
            if (name.endsWith(RUNNING_MEAN)) {
                String sibling = name.replace(RUNNING_MEAN, NetworkPart.BATCH_COUNTER);
                put(sibling, LazyTensor.integers(new long[0], 0));
            }
        }
        for (int stage = 0; stage < config.stages(); stage++) {
            for (int block = 0; block < config.depths().get(stage); block++) {
                WindowPlan plan = plan(stage, block);
                String prefix =
                        (dense ? NetworkPart.BACKBONE : "")
                                + "layers."
                                + stage
                                + ".blocks."
                                + block
                                + ".";
                if (all || (official || dialect == Dialect.HUGGING_FACE) && table) {
                    put(prefix + "attn.relative_position_index", index(plan));
                }
                if (all && config.positionBias() == PositionBias.LOG_CPB) {
                    put(prefix + "attn.relative_coords_table", coordinates(plan, stage));
                }
                if (strict && plan.isShifted()) {
                    put(prefix + "attn_mask", mask(plan, stage));
                }
            }
        }
    }

    private void put(String name, LazyTensor buffer) {
        String foreign = dialect.recipe(NetworkPart.inner(name), config.stages()).names().get(0);
        content.put(prefixed(name, foreign), buffer);
    }

    private LazyTensor index(WindowPlan plan) {
        long tokens = plan.tokens();
        long[] shape =
                dialect == Dialect.TORCHVISION
                        ? new long[] {tokens * tokens}
                        : new long[] {tokens, tokens};
        return LazyTensor.integers(shape, RelativePosition.index(plan.height(), plan.width()));
    }

    private LazyTensor coordinates(WindowPlan plan, int stage) {
        int reference = ReferenceWindows.of(config).get(stage);
        return LazyTensor.computed(
                new long[] {1, 2L * plan.height() - 1, 2L * plan.width() - 1, 2},
                () ->
                        RelativeCoordinates.logSpaced(
                                plan.height(), plan.width(), reference, reference));
    }

    private LazyTensor mask(WindowPlan plan, int stage) {
        Grid padded = plan.padded(config.grid(stage));
        long windows = (long) padded.tokens() / plan.tokens();
        return LazyTensor.computed(
                new long[] {windows, plan.tokens(), plan.tokens()},
                () -> ShiftMask.cyclic(padded, plan));
    }
}
