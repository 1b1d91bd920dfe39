// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.swindjl.window.ShiftCancel;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowShrink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The network once more, as an oracle: plain loops in double precision, straight from the formulas
 * of the papers.
 *
 * <p>It rolls, pads, partitions and masks nothing. A token attends to those whose window it shares
 * when the windows are laid over the grid with the shift as their origin; zeros beyond the grid, up
 * to whole windows, are tokens too. A map is {@code [row][column][channel]}.
 */
final class PlainSwin {

    private final SwinConfig config;
    private final Map<String, double[]> parameters = new TreeMap<>();

    /** Reads the parameters of a block under a prefix of the whole network's names. */
    PlainSwin(SwinConfig config, String prefix, Block block) {
        this.config = config;
        for (Map.Entry<String, Parameter> entry : StateDict.of(block).entrySet()) {
            parameters.put(prefix + entry.getKey(), doubles(entry.getValue().getArray()));
        }
    }

    private static double[] doubles(NDArray array) {
        float[] floats = array.toFloatArray();
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    /** Returns the value of a parameter, which may be changed. */
    double[] parameter(String name) {
        return parameters.get(name);
    }

    double[] logits(double[][][] image) {
        double[][][] map = backbone(image);
        double[] pooled = new double[map[0][0].length];
        for (double[][] row : map) {
            for (double[] token : row) {
                double[] normalised = norm("norm", token);
                for (int c = 0; c < pooled.length; c++) {
                    pooled[c] += normalised[c] / (map.length * row.length);
                }
            }
        }
        return linear("head", pooled);
    }

    double[][][] backbone(double[][][] image) {
        List<double[][][]> maps = maps(image);
        return maps.get(maps.size() - 1);
    }

    /** Returns the map of each stage, before it is merged. */
    private List<double[][][]> maps(double[][][] image) {
        double[][][] map = embed(image);
        if (config.absolutePosition()) {
            addPosition(map);
        }
        List<double[][][]> maps = new ArrayList<>();
        for (int stage = 0; stage < config.stages(); stage++) {
            map = stage(map, stage);
            maps.add(map);
            if (stage < config.stages() - 1) {
                map = merge(map, stage);
            }
        }
        return maps;
    }

    /** The normalised map of a stage as {@code [channel][row][column]}. */
    double[][][] feature(double[][][] image, int stage) {
        double[][][] map = norm("norm" + stage, maps(image).get(stage));
        double[][][] planes = new double[map[0][0].length][map.length][map[0].length];
        for (int row = 0; row < map.length; row++) {
            for (int column = 0; column < map[0].length; column++) {
                for (int c = 0; c < planes.length; c++) {
                    planes[c][row][column] = map[row][column][c];
                }
            }
        }
        return planes;
    }

    double[][][] stage(double[][][] map, int stage) {
        double[][][] result = map;
        for (int block = 0; block < config.depths().get(stage); block++) {
            result = block(result, stage, block);
        }
        return result;
    }

    private int rows(int pixels) {
        return config.edges() == Edges.DROP_LEFTOVER_PIXELS
                ? pixels / config.patchSize()
                : (pixels + config.patchSize() - 1) / config.patchSize();
    }

    /** The image is {@code [channel][row][column]}. */
    double[][][] embed(double[][][] image) {
        int patch = config.patchSize();
        double[] weight = parameters.get("patch_embed.proj.weight");
        double[] bias = parameters.get("patch_embed.proj.bias");
        int height = image[0].length;
        int width = image[0][0].length;
        double[][][] map = new double[rows(height)][rows(width)][];
        for (int row = 0; row < map.length; row++) {
            for (int column = 0; column < map[0].length; column++) {
                double[] token = new double[config.width()];
                for (int out = 0; out < token.length; out++) {
                    double sum = bias[out];
                    for (int c = 0; c < image.length; c++) {
                        for (int y = 0; y < patch; y++) {
                            for (int x = 0; x < patch; x++) {
                                int pixelRow = row * patch + y;
                                int pixelColumn = column * patch + x;
                                if (pixelRow < height && pixelColumn < width) {
                                    int at = ((out * image.length + c) * patch + y) * patch + x;
                                    sum += weight[at] * image[c][pixelRow][pixelColumn];
                                }
                            }
                        }
                    }
                    token[out] = sum;
                }
                map[row][column] = config.patchNorm() ? norm("patch_embed.norm", token) : token;
            }
        }
        return map;
    }

    private void addPosition(double[][][] map) {
        double[] embedding = parameters.get("absolute_pos_embed");
        int height = rows(config.imageHeight());
        int width = rows(config.imageWidth());
        for (int row = 0; row < map.length; row++) {
            double y = (row + 0.5) * height / map.length - 0.5;
            for (int column = 0; column < map[0].length; column++) {
                double x = (column + 0.5) * width / map[0].length - 0.5;
                for (int c = 0; c < config.width(); c++) {
                    double sum = 0;
                    for (int i = (int) Math.floor(y) - 1; i <= Math.floor(y) + 2; i++) {
                        for (int j = (int) Math.floor(x) - 1; j <= Math.floor(x) + 2; j++) {
                            int fromRow = Math.max(0, Math.min(height - 1, i));
                            int fromColumn = Math.max(0, Math.min(width - 1, j));
                            sum +=
                                    cubic(y - i)
                                            * cubic(x - j)
                                            * embedding[
                                                    (fromRow * width + fromColumn) * config.width()
                                                            + c];
                        }
                    }
                    map[row][column][c] += sum;
                }
            }
        }
    }

    /** The cubic convolution kernel with a = -3/4. */
    private static double cubic(double distance) {
        double d = Math.abs(distance);
        double a = -0.75;
        if (d <= 1) {
            return (a + 2) * d * d * d - (a + 3) * d * d + 1;
        }
        return d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0;
    }

    double[][][] block(double[][][] map, int stage, int block) {
        String prefix = "layers." + stage + ".blocks." + block + ".";
        boolean first = config.normPlacement() == NormPlacement.PRE;
        double[][][] normed = first ? norm(prefix + "norm1", map) : map;
        double[][][] attended = attention(normed, stage, block);
        double[][][] middle = sum(map, first ? attended : norm(prefix + "norm1", attended));
        double[][][] inner = mlp(prefix + "mlp.", first ? norm(prefix + "norm2", middle) : middle);
        double[][][] result = sum(middle, first ? inner : norm(prefix + "norm2", inner));
        boolean extra = config.extraNormEvery() > 0 && (block + 1) % config.extraNormEvery() == 0;
        return extra ? norm(prefix + "norm3", result) : result;
    }

    double[][][] mlp(String prefix, double[][][] map) {
        double[][][] result = new double[map.length][map[0].length][];
        for (int row = 0; row < map.length; row++) {
            for (int column = 0; column < map[0].length; column++) {
                double[] hidden = linear(prefix + "fc1", map[row][column]);
                for (int i = 0; i < hidden.length; i++) {
                    hidden[i] = hidden[i] * normalDistribution(hidden[i]);
                }
                result[row][column] = linear(prefix + "fc2", hidden);
            }
        }
        return result;
    }

    double[][][] attention(double[][][] map, int stage, int block) {
        // The grid of the stage at the size the network is built for.
        int height = rows(config.imageHeight());
        int width = rows(config.imageWidth());
        for (int i = 0; i < stage; i++) {
            height = (height + 1) / 2;
            width = (width + 1) / 2;
        }
        int windowRows = config.window();
        int windowColumns = config.window();
        int shift = block % 2 == 1 && config.shift() != ShiftMode.NONE ? config.window() / 2 : 0;
        int shiftRows = shift;
        int shiftColumns = shift;
        if (config.shrink() == WindowShrink.BOTH_AXES && Math.min(height, width) <= windowRows) {
            windowRows = Math.min(height, width);
            windowColumns = windowRows;
            shiftRows = 0;
            shiftColumns = 0;
        } else if (config.shrink() == WindowShrink.PER_AXIS) {
            if (height <= windowRows) {
                windowRows = height;
                shiftRows = 0;
            }
            if (width <= windowColumns) {
                windowColumns = width;
                shiftColumns = 0;
            }
        }
        if (config.shiftCancel() == ShiftCancel.WHERE_COVERED) {
            shiftRows = map.length <= windowRows ? 0 : shiftRows;
            shiftColumns = map[0].length <= windowColumns ? 0 : shiftColumns;
        }
        return attention(map, stage, block, windowRows, windowColumns, shiftRows, shiftColumns);
    }

    private double[][][] attention(
            double[][][] map,
            int stage,
            int block,
            int windowRows,
            int windowColumns,
            int shiftRows,
            int shiftColumns) {
        String prefix = "layers." + stage + ".blocks." + block + ".attn.";
        int heads = config.heads().get(stage);
        int channels = map[0][0].length;
        int depth = channels / heads;
        int rows = (map.length + windowRows - 1) / windowRows * windowRows;
        int columns = (map[0].length + windowColumns - 1) / windowColumns * windowColumns;
        double[][][] projected = new double[rows][columns][];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                boolean inside = row < map.length && column < map[0].length;
                projected[row][column] =
                        queryKeyValue(prefix, inside ? map[row][column] : new double[channels]);
            }
        }
        double[][][] bias = bias(prefix, stage, windowRows, windowColumns);
        double[][][] result = new double[map.length][map[0].length][];
        for (int row = 0; row < map.length; row++) {
            int top = Math.floorDiv(row - shiftRows, windowRows) * windowRows + shiftRows;
            for (int column = 0; column < map[0].length; column++) {
                int left =
                        Math.floorDiv(column - shiftColumns, windowColumns) * windowColumns
                                + shiftColumns;
                double[] out = new double[channels];
                for (int head = 0; head < heads; head++) {
                    double total = 0;
                    for (int r = Math.max(top, 0); r < Math.min(top + windowRows, rows); r++) {
                        for (int c = Math.max(left, 0);
                                c < Math.min(left + windowColumns, columns);
                                c++) {
                            double[] key = projected[r][c];
                            double weight =
                                    Math.exp(
                                            similarity(
                                                            prefix,
                                                            projected[row][column],
                                                            key,
                                                            head,
                                                            depth)
                                                    + bias[head][row - r + windowRows - 1][
                                                            column - c + windowColumns - 1]);
                            total += weight;
                            for (int i = 0; i < depth; i++) {
                                out[head * depth + i] +=
                                        weight * key[2 * channels + head * depth + i];
                            }
                        }
                    }
                    for (int i = 0; i < depth; i++) {
                        out[head * depth + i] /= total;
                    }
                }
                result[row][column] = linear(prefix + "proj", out);
            }
        }
        return result;
    }

    private double[] queryKeyValue(String prefix, double[] token) {
        double[] result = linear(prefix + "qkv", token);
        if (config.attention() == AttentionKind.COSINE && config.qkvBias()) {
            for (int i = 0; i < token.length; i++) {
                result[i] += parameters.get(prefix + "q_bias")[i];
                result[2 * token.length + i] += parameters.get(prefix + "v_bias")[i];
            }
        }
        return result;
    }

    private double similarity(String prefix, double[] query, double[] key, int head, int depth) {
        if (config.positionBias() == PositionBias.RELATIVE_WITHOUT_QUERY_KEY) {
            return 0;
        }
        double product = 0;
        double queryNorm = 0;
        double keyNorm = 0;
        int channels = query.length / 3;
        for (int i = head * depth; i < (head + 1) * depth; i++) {
            product += query[i] * key[channels + i];
            queryNorm += query[i] * query[i];
            keyNorm += key[channels + i] * key[channels + i];
        }
        if (config.attention() == AttentionKind.DOT_PRODUCT) {
            return product / Math.sqrt(depth);
        }
        double scale = Math.min(Math.exp(parameters.get(prefix + "logit_scale")[head]), 100);
        double norms = Math.max(Math.sqrt(queryNorm), 1e-12) * Math.max(Math.sqrt(keyNorm), 1e-12);
        return product / norms * scale;
    }

    /** The bias of each head by the offset of rows and columns. */
    private double[][][] bias(String prefix, int stage, int windowRows, int windowColumns) {
        int heads = config.heads().get(stage);
        double[][][] bias = new double[heads][2 * windowRows - 1][2 * windowColumns - 1];
        int reference = config.referenceWindows().get(stage);
        for (int r = 0; r < 2 * windowRows - 1; r++) {
            for (int c = 0; c < 2 * windowColumns - 1; c++) {
                if (config.positionBias().isContinuous()) {
                    double[] coordinates = {
                        coordinate(r - windowRows + 1, reference > 0 ? reference : windowRows),
                        coordinate(c - windowColumns + 1, reference > 0 ? reference : windowColumns)
                    };
                    double[] hidden = linear(prefix + "cpb_mlp.0", coordinates);
                    for (int i = 0; i < hidden.length; i++) {
                        hidden[i] = Math.max(hidden[i], 0);
                    }
                    double[] out = linear(prefix + "cpb_mlp.2", hidden);
                    for (int head = 0; head < heads; head++) {
                        bias[head][r][c] = 16 / (1 + Math.exp(-out[head]));
                    }
                } else if (config.positionBias() != PositionBias.NONE) {
                    double[] table = parameters.get(prefix + "relative_position_bias_table");
                    for (int head = 0; head < heads; head++) {
                        bias[head][r][c] = table[(r * (2 * windowColumns - 1) + c) * heads + head];
                    }
                }
            }
        }
        return bias;
    }

    private double coordinate(int offset, int reference) {
        double fraction = (double) offset / Math.max(1, reference - 1);
        return config.positionBias() == PositionBias.LINEAR_CPB
                ? fraction
                : Math.signum(fraction) * Math.log(1 + 8 * Math.abs(fraction)) / Math.log(8);
    }

    double[][][] merge(double[][][] map, int stage) {
        String prefix = "layers." + stage + ".downsample.";
        boolean first = config.normPlacement() == NormPlacement.PRE;
        int channels = map[0][0].length;
        double[][][] merged = new double[(map.length + 1) / 2][(map[0].length + 1) / 2][];
        for (int row = 0; row < merged.length; row++) {
            for (int column = 0; column < merged[0].length; column++) {
                double[] cells = new double[4 * channels];
                for (int cell = 0; cell < 4; cell++) {
                    int r = 2 * row + cell % 2;
                    int c = 2 * column + cell / 2;
                    if (r < map.length && c < map[0].length) {
                        System.arraycopy(map[r][c], 0, cells, cell * channels, channels);
                    }
                }
                merged[row][column] =
                        first
                                ? linear(prefix + "reduction", norm(prefix + "norm", cells))
                                : norm(prefix + "norm", linear(prefix + "reduction", cells));
            }
        }
        return merged;
    }

    private static double[][][] sum(double[][][] a, double[][][] b) {
        double[][][] sum = new double[a.length][a[0].length][a[0][0].length];
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column < a[0].length; column++) {
                for (int c = 0; c < a[0][0].length; c++) {
                    sum[row][column][c] = a[row][column][c] + b[row][column][c];
                }
            }
        }
        return sum;
    }

    private double[][][] norm(String name, double[][][] map) {
        double[][][] result = new double[map.length][map[0].length][];
        for (int row = 0; row < map.length; row++) {
            for (int column = 0; column < map[0].length; column++) {
                result[row][column] = norm(name, map[row][column]);
            }
        }
        return result;
    }

    private double[] norm(String name, double[] token) {
        double mean = 0;
        for (double value : token) {
            mean += value / token.length;
        }
        double variance = 0;
        for (double value : token) {
            variance += (value - mean) * (value - mean) / token.length;
        }
        double[] result = new double[token.length];
        for (int i = 0; i < token.length; i++) {
            result[i] =
                    (token[i] - mean)
                                    / Math.sqrt(variance + config.normEpsilon())
                                    * parameters.get(name + ".weight")[i]
                            + parameters.get(name + ".bias")[i];
        }
        return result;
    }

    private double[] linear(String name, double[] token) {
        double[] weight = parameters.get(name + ".weight");
        double[] bias = parameters.get(name + ".bias");
        double[] result = new double[weight.length / token.length];
        for (int out = 0; out < result.length; out++) {
            double sum = bias == null ? 0 : bias[out];
            for (int in = 0; in < token.length; in++) {
                sum += weight[out * token.length + in] * token[in];
            }
            result[out] = sum;
        }
        return result;
    }

    /** Φ(x) = 1/2 + φ(x)·(x + x³/3 + x⁵/(3·5) + …). */
    private static double normalDistribution(double x) {
        double term = x;
        double sum = x;
        for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum); i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}
