// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.window.Grid;
import io.github.swindjl.window.RelativePosition;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowPlan;
import java.util.HashMap;
import java.util.Map;
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
public final class WindowAttention extends UnaryModule {

    private static final int CPB_HIDDEN = 512;

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
    private final ConcurrentMap<Variant, Kernel> kernels = new ConcurrentHashMap<>();

    private record Variant(Precision precision, WindowPlan plan, boolean hasBias) {}

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
        bias = positionBias(stage, tables);
        qkv = child("qkv", new Linear(channels, 3L * channels, config.qkvBias() && !cosine));
        proj = child("proj", new Linear(channels, channels, true));
    }

    private Parameter zeros(String name) {
        return parameter(name, Parameter.Type.BIAS, Initializers.ZEROS, channels);
    }

    private WindowBias positionBias(int stage, WindowTables tables) {
        if (config.positionBias().isTable()) {
            Parameter table =
                    parameter(
                            "relative_position_bias_table",
                            Parameter.Type.OTHER,
                            Initializers.NORMAL,
                            RelativePosition.count(plan.height(), plan.width()),
                            heads);
            return WindowBias.table(config, stage, tables, table);
        }
        if (config.positionBias().isContinuous()) {
            Linear first = child("cpb_mlp.0", new Linear(2, CPB_HIDDEN, true));
            Linear second = child("cpb_mlp.2", new Linear(CPB_HIDDEN, heads, false));
            return WindowBias.continuous(config, stage, tables, first, second);
        }
        return WindowBias.none(config, tables);
    }

    @Override
    NDArray apply(Pass pass, NDArray x) {
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
        WindowPlan actual = plan.on(grid, config.shiftCancel());
        NDArray weight = qkv.weight(pass, x);
        try (NDArray added = bias.of(pass, x, weight, grid, actual)) {
            return kernel(new Variant(pass.precision(), actual, added != null))
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

    private Kernel kernel(Variant variant) {
        return kernels.computeIfAbsent(variant, this::compile);
    }

    private Kernel compile(Variant variant) {
        boolean shifted = variant.plan.isShifted();
        Map<String, Object> constants = new HashMap<>();
        constants.put("precision", variant.precision);
        constants.put("heads", heads);
        constants.put("window_height", variant.plan.height());
        constants.put("window_width", variant.plan.width());
        constants.put("shift_height", variant.plan.shiftHeight());
        constants.put("shift_width", variant.plan.shiftWidth());
        constants.put("rolled", shifted && config.shift() == ShiftMode.CYCLIC);
        constants.put("bordered", shifted && config.shift() == ShiftMode.PADDED);
        constants.put("cosine", cosine);
        constants.put("has_qkv_bias", config.qkvBias());
        constants.put("has_bias", variant.hasBias);
        constants.put(
                "query_key", config.positionBias() != PositionBias.RELATIVE_WITHOUT_QUERY_KEY);
        return Kernel.of(WindowAttention.class, "window_attention.py", constants);
    }

    @Override
    Shape outputShape(Shape input) {
        return input;
    }
}
