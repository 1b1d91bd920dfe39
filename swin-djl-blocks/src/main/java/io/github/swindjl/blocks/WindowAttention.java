// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.window.Grid;
import io.github.swindjl.window.RelativePosition;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowPlan;
import io.github.swindjl.window.WindowRows;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Multi-head attention within shifted windows: (batch, h, w, d) → (batch, h, w, d), any h and w.
 *
 * <p>Children {@code qkv} (weight (3d, d) and, in V1, bias (3d)) and {@code proj} (weight (d, d),
 * bias). V1 has {@code relative_position_bias_table} ((2M−1)², heads). V2 has {@code logit_scale}
 * (heads, 1, 1), {@code q_bias} and {@code v_bias} (d) and the network {@code cpb_mlp.0} (512 from
 * 2), {@code cpb_mlp.2} (heads from 512). Sections 3.2 of arXiv 2103.14030, 3.2 and 3.3 of arXiv
 * 2111.09883.
 */
public final class WindowAttention extends Branch {

    private static final int CPB_HIDDEN = 512;
    private static final Kernel COSINE_CONSTANTS =
            Kernel.of(WindowAttention.class, "cosine_constants.py", Map.of());

    private final SwinConfig config;
    private final int channels;
    private final int heads;
    private final WindowPlan plan;
    private final boolean cosine;
    private final Linear qkv;
    private final Linear proj;
    private final Parameter queryBias;
    private final Parameter valueBias;
    private final Parameter logitScale;
    private final WindowBias bias;
    private final WindowTables tables;
    private final WindowTables.Order order;
    private final ArrayCache<Device> cosineConstants = new ArrayCache<>(0);
    private final ConcurrentMap<Variant, Kernel> kernels = new ConcurrentHashMap<>();
    private final ConcurrentMap<Step, Kernel> steps = new ConcurrentHashMap<>();

    /**
     * What the training kernel is compiled for.
     *
     * @param added what comes to the logits: a sum, or, for attention in parts, its summands
     * @param scoreBytes most bytes of scores at once, 0 without a limit
     */
    private record Variant(
            Pass.Arithmetic arithmetic, WindowPlan plan, Set<Added> added, long scoreBytes) {}

    private enum Added {
        SUM,
        POSITION,
        MASK
    }

    private record Step(Precision precision, boolean normFirst, boolean padded, boolean hasBias) {}

    /**
     * Creates the block.
     *
     * @param config the backbone's configuration
     * @param stage counted from 0
     * @param block counted from 0 within the stage; odd ones are shifted
     */
    public WindowAttention(SwinConfig config, int stage, int block) {
        this(config, stage, block, new WindowTables());
    }

    WindowAttention(SwinConfig config, int stage, int block, WindowTables tables) {
        this.config = config;
        this.tables = tables;
        channels = config.stageWidth(stage);
        heads = config.heads().get(stage);
        plan = config.windowPlan(stage, block);
        cosine = config.attention() == AttentionKind.COSINE;
        boolean splitBias = cosine && config.qkvBias();
        logitScale =
                cosine
                        ? parameter(
                                "logit_scale",
                                Parameter.Type.OTHER,
                                Initializers.LOG_TEN,
                                heads,
                                1,
                                1)
                        : null;
        queryBias = splitBias ? zeros("q_bias") : null;
        valueBias = splitBias ? zeros("v_bias") : null;
        bias = new WindowBias(config.shift(), tables, positionBias(stage));
        order = new WindowTables.Order(config.shift(), heads);
        qkv = child("qkv", new Linear(channels, 3L * channels, config.qkvBias() && !cosine));
        proj = child("proj", new Linear(channels, channels, true));
    }

    private Parameter zeros(String name) {
        return parameter(name, Parameter.Type.BIAS, Initializers.ZEROS, channels);
    }

    private BiasSource positionBias(int stage) {
        if (config.positionBias().isTable()) {
            Parameter table =
                    parameter(
                            "relative_position_bias_table",
                            Parameter.Type.OTHER,
                            Initializers.NORMAL,
                            RelativePosition.count(plan.height(), plan.width()),
                            heads);
            return new TableBias(tables, heads, table);
        }
        if (config.positionBias().isContinuous()) {
            Linear first = child("cpb_mlp.0", new Linear(2, CPB_HIDDEN, true));
            Linear second = child("cpb_mlp.2", new Linear(CPB_HIDDEN, heads, false));
            boolean log = config.positionBias() == PositionBias.LOG_CPB;
            int reference = config.referenceWindows().get(stage);
            return new ContinuousBias(tables, heads, reference, log, first, second);
        }
        return null;
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        Grid grid = grid(x);
        WindowPlan actual = plan.on(grid, config.shiftCancel());
        NDArray weight = qkv.weight(pass, x);
        if (pass.training() && pass.recomputation().scoreBytes() > 0 && queryKey()) {
            return applyInParts(pass, x, grid, actual);
        }
        try (NDArray added = bias.of(pass, x, weight, grid, actual)) {
            Set<Added> what = added == null ? Set.of() : Set.of(Added.SUM);
            return kernel(new Variant(pass.arithmetic(x), actual, what, 0))
                    .call(
                            pass.training(),
                            x,
                            weight,
                            queryBias == null ? qkv.bias(pass, x) : pass.value(queryBias, x),
                            valueBias == null ? x : pass.value(valueBias, x),
                            logitScale == null ? x : pass.value(logitScale, x),
                            proj.weight(pass, x),
                            proj.bias(pass, x),
                            added == null ? x : added);
        }
    }

    /** Never holds the scores of all windows and heads at once, nor in the backward pass. */
    private NDArray applyInParts(Pass pass, NDArray x, Grid grid, WindowPlan actual) {
        NDArray weight = qkv.weight(pass, x);
        long bytes = pass.recomputation().scoreBytes();
        try (NDArray position = bias.position(pass, x, actual);
                NDArray mask = bias.mask(x, weight, grid, actual)) {
            Set<Added> added = EnumSet.noneOf(Added.class);
            if (position != null) {
                added.add(Added.POSITION);
            }
            if (mask != null) {
                added.add(Added.MASK);
            }
            Kernel kernel = kernel(new Variant(pass.arithmetic(x), actual, added, bytes));
            try (NDArray stacked =
                            kernel.callMethod(
                                            "stacked",
                                            x,
                                            weight,
                                            queryBias == null
                                                    ? qkv.bias(pass, x)
                                                    : pass.value(queryBias, x),
                                            valueBias == null ? x : pass.value(valueBias, x),
                                            logitScale == null ? x : pass.value(logitScale, x))
                                    .singletonOrThrow();
                    NDArray attended =
                            pass.recomputation()
                                    .apply(new Parts(kernel), stacked, position, mask)) {
                return kernel.callMethod(
                                "join", attended, x, proj.weight(pass, x), proj.bias(pass, x))
                        .singletonOrThrow();
            }
        }
    }

    /** Attention in parts, between queries, keys and values and the projection. */
    private record Parts(Kernel kernel) implements Recomputation.Function {

        @Override
        public NDArray apply(NDArray stacked, NDArray position, NDArray mask) {
            return kernel.callMethod(
                            "attend_in_parts",
                            stacked,
                            position == null ? stacked : position,
                            mask == null ? stacked : mask)
                    .singletonOrThrow();
        }

        @Override
        public NDList gradients(NDArray stacked, NDArray position, NDArray mask, NDArray gradient) {
            return kernel.callMethod(
                    "gradients",
                    stacked,
                    position == null ? stacked : position,
                    mask == null ? stacked : mask,
                    gradient);
        }
    }

    private Grid grid(NDArray x) {
        Grid grid = new Grid((int) x.getShape().get(1), (int) x.getShape().get(2));
        if (config.edges() == Edges.STRICT && !plan.padded(grid).equals(grid)) {
            throw new IllegalArgumentException(
                    "Windows of "
                            + plan.height()
                            + "x"
                            + plan.width()
                            + " tokens do not tile a token map of "
                            + grid
                            + ": resize the image, or build the network with edges PAD.");
        }
        return grid;
    }

    @Override
    NDArray addTo(Pass pass, NDArray x, Norm norm, boolean normFirst) {
        Grid grid = grid(x);
        WindowPlan actual = plan.on(grid, config.shiftCancel());
        NDArray owner = qkv.weight(pass, x);
        boolean padded = WindowRows.isPadded(grid, actual, config.shift());
        try (NDList constants = cosineConstants(pass, x, owner);
                NDList input = packedInput(pass, x, constants);
                NDList output = proj.prepacked(pass, x);
                NDArray split = tables.split(x, owner, grid, actual, order);
                NDArray join = tables.join(x, owner, grid, actual, order);
                NDArray added = bias.of(pass, x, owner, grid, actual)) {
            return steps.computeIfAbsent(
                            new Step(pass.precision(), normFirst, padded, added != null),
                            step -> compile(step, norm.epsilon()))
                    .call(
                            false,
                            x,
                            norm.weight(pass, x),
                            norm.bias(pass, x),
                            input.get(0),
                            input.get(1),
                            cosine ? constants.get(1) : x,
                            output.get(0),
                            output.get(1),
                            added == null ? x : added,
                            split,
                            join);
        }
    }

    private NDList packedInput(Pass pass, NDArray x, NDList constants) {
        return queryBias == null
                ? qkv.prepacked(pass, x)
                : qkv.prepacked(pass, x, constants.get(0));
    }

    /** Returns the joint bias and what unit vectors are multiplied with; nothing in V1. */
    private NDList cosineConstants(Pass pass, NDArray x, NDArray owner) {
        if (!cosine) {
            return new NDList();
        }
        NDArray scale = pass.value(logitScale, x);
        boolean hasBias = queryBias != null;
        return cosineConstants.get(
                x.getDevice(),
                pass.state(),
                x.getManager(),
                owner.getManager(),
                () ->
                        COSINE_CONSTANTS.callAll(
                                false,
                                x,
                                scale,
                                hasBias ? pass.value(queryBias, x) : scale,
                                hasBias ? pass.value(valueBias, x) : scale));
    }

    private Kernel compile(Step step, double epsilon) {
        Map<String, Object> constants = new HashMap<>();
        constants.put("precision", step.precision);
        constants.put("norm_first", step.normFirst);
        constants.put("epsilon", epsilon);
        constants.put("heads", heads);
        constants.put("tokens", plan.tokens());
        constants.put("padded", step.padded);
        constants.put("cosine", cosine);
        constants.put("has_bias", step.hasBias);
        constants.put("query_key", queryKey());
        constants.put("rows", Prepacked.ROWS);
        return Kernel.of(WindowAttention.class, "window_attention_prepacked.py", constants);
    }

    private boolean queryKey() {
        return config.positionBias() != PositionBias.RELATIVE_WITHOUT_QUERY_KEY;
    }

    private Kernel kernel(Variant variant) {
        return kernels.computeIfAbsent(variant, this::compile);
    }

    private Kernel compile(Variant variant) {
        boolean shifted = variant.plan.isShifted();
        Map<String, Object> constants = new HashMap<>();
        variant.arithmetic.bakeInto(constants);
        boolean deterministic = variant.arithmetic.deterministic();
        constants.put("deterministic", deterministic);
        constants.put("explicit", deterministic || variant.arithmetic.trainsOnCpu());
        constants.put("heads", heads);
        constants.put("window_height", variant.plan.height());
        constants.put("window_width", variant.plan.width());
        constants.put("shift_height", variant.plan.shiftHeight());
        constants.put("shift_width", variant.plan.shiftWidth());
        constants.put("rolled", shifted && config.shift() == ShiftMode.CYCLIC);
        constants.put("bordered", shifted && config.shift() == ShiftMode.PADDED);
        constants.put("cosine", cosine);
        constants.put("has_qkv_bias", config.qkvBias());
        constants.put("has_bias", !variant.added.isEmpty());
        constants.put("has_position", variant.added.contains(Added.POSITION));
        constants.put("has_mask", variant.added.contains(Added.MASK));
        constants.put("score_bytes", variant.scoreBytes);
        constants.put("query_key", queryKey());
        return Kernel.of(WindowAttention.class, "window_attention.py", constants);
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }
}
