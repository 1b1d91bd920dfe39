// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.window.Grid;
import io.github.swindjl.window.RelativePosition;
import io.github.swindjl.window.WindowPlan;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be done with a tensor whose shape is not the network's. */
final class ShapeRules {

    private static final Pattern BIAS_TABLE =
            Pattern.compile(
                    "layers\\.(\\d+)\\.blocks\\.(\\d+)\\.attn\\.relative_position_bias_table");
    private static final int CLASSES_22K = 21841;
    private static final int COLOURS = 3;

    private final SwinConfig config;
    private final TableResize tables;

    ShapeRules(SwinConfig config, TableResize tables) {
        this.config = config;
        this.tables = tables;
    }

    /** A tensor in the network's shape, and how it came to it. */
    record Fitted(LazyTensor tensor, String rule) {}

    /**
     * Brings a tensor to another shape.
     *
     * @param name the official name
     * @param tensor the values
     * @param shape the network's shape, another than the tensor's
     * @return the tensor, or empty if no rule covers it
     */
    Optional<Fitted> fit(String name, LazyTensor tensor, long... shape) {
        long[] from = tensor.shape();
        if (from.length != shape.length || !tensor.type().widens()) {
            return Optional.empty();
        }
        Matcher table = BIAS_TABLE.matcher(name);
        if (table.matches() && from[1] == shape[1]) {
            int stage = Integer.parseInt(table.group(1));
            WindowPlan plan = config.windowPlan(stage, Integer.parseInt(table.group(2)));
            return fitTable(tensor, plan, shape);
        }
        if (name.equals("absolute_pos_embed") && from[2] == shape[2]) {
            return fitEmbedding(tensor, shape);
        }
        if (name.startsWith("head.")
                && from[0] == CLASSES_22K
                && shape[0] == HeadClasses.rowsOfOneThousand().length) {
            return Optional.of(
                    new Fitted(
                            selectRows(tensor, HeadClasses.rowsOfOneThousand()),
                            "the rows of the 1000 classes, by the official map"));
        }
        if (name.equals("patch_embed.proj.weight") && sameButChannels(from, shape)) {
            return Optional.of(fitChannels(tensor, shape));
        }
        return Optional.empty();
    }

    private Optional<Fitted> fitTable(LazyTensor tensor, WindowPlan plan, long... shape) {
        int side = (int) Math.sqrt(tensor.shape()[0]);
        boolean square = side > 0 && (long) side * side == tensor.shape()[0];
        if (!square || shape[0] != RelativePosition.count(plan.height(), plan.width())) {
            return Optional.empty();
        }
        double[][] rows = tables.weights(side, 2 * plan.height() - 1);
        double[][] columns = tables.weights(side, 2 * plan.width() - 1);
        return Optional.of(resampled(tensor, shape, rows, columns, tables.name()));
    }

    private Optional<Fitted> fitEmbedding(LazyTensor tensor, long... shape) {
        Grid grid = config.grid(0);
        int side = (int) Math.sqrt(tensor.shape()[1]);
        boolean square = side > 0 && (long) side * side == tensor.shape()[1];
        if (!square || shape[1] != grid.tokens()) {
            return Optional.empty();
        }
        double[][] rows = TableResize.BICUBIC.weights(side, grid.height());
        double[][] columns = TableResize.BICUBIC.weights(side, grid.width());
        return Optional.of(resampled(tensor, shape, rows, columns, TableResize.BICUBIC.name()));
    }

    private static Fitted resampled(
            LazyTensor tensor, long[] shape, double[][] rows, double[][] columns, String rule) {
        int vector = (int) shape[shape.length - 1];
        return new Fitted(
                LazyTensor.computed(
                        shape, () -> TableResize.resample(tensor.floats(), rows, columns, vector)),
                rule.toLowerCase(Locale.ROOT));
    }

    private static LazyTensor selectRows(LazyTensor tensor, int... rows) {
        return LazyTensor.join(
                Arrays.stream(rows).mapToObj(row -> LazyTensor.rows(tensor, row, 1)).toList());
    }

    private static boolean sameButChannels(long[] from, long... to) {
        return from.length == 4
                && from[1] == COLOURS
                && from[0] == to[0]
                && from[2] == to[2]
                && from[3] == to[3];
    }

    /** One channel gets the sum of the three; more repeat them, scaled to the same sum. */
    private static Fitted fitChannels(LazyTensor tensor, long... shape) {
        int channels = (int) shape[1];
        int area = (int) (shape[2] * shape[3]);
        String rule =
                channels == 1
                        ? "the sum of the colours"
                        : "the colours repeated, times 3/" + channels;
        LazyTensor fitted =
                LazyTensor.computed(
                        shape,
                        () -> {
                            float[] from = tensor.floats();
                            float[] to = new float[(int) TensorInfo.elements(shape)];
                            float factor = channels == 1 ? 1 : (float) COLOURS / channels;
                            int sources = channels == 1 ? COLOURS : 1;
                            for (int i = 0; i < to.length; i++) {
                                int filter = i / (channels * area);
                                int channel = i / area % channels;
                                for (int source = 0; source < sources; source++) {
                                    int colour = (channel + source) % COLOURS;
                                    int at = (filter * COLOURS + colour) * area + i % area;
                                    to[i] += factor * from[at];
                                }
                            }
                            return to;
                        });
        return new Fitted(fitted, rule);
    }
}
