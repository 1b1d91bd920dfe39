// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureSize;
import io.github.swindjl.zoo.image.PixelNormalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Labels the pixels of pictures of any size, as mmsegmentation does: the picture is fitted into a
 * box, logits go bilinearly to the size that the network saw and from there to the picture's own,
 * and the largest wins; of several passes the probabilities are averaged, of overlapping windows
 * the logits.
 *
 * <p>The logits in full size never exist at once: they are made and reduced a few rows at a time,
 * so memory grows with the picture's pixels and not with pixels times classes. For one thread.
 */
public final class Segmenter {

    /** The label of a pixel whose logits are not finite: the largest of them means nothing. */
    public static final int UNKNOWN = 255;

    private static final Kernel RESAMPLE = Kernel.of(Segmenter.class, "resample.py", Map.of());
    private static final Kernel LABEL = Kernel.of(Segmenter.class, "label.py", Map.of());

    /** Values of logits that are handled at once. */
    private static final long TILE = 1 << 23;

    private final Block network;
    private final NDManager manager;
    private final int classes;
    private final PixelNormalizer normalizer;
    private final InferenceProtocol protocol;
    private final Precision precision;

    /**
     * Creates a segmenter.
     *
     * @param network (1, 3, h, w) → logits (1, classes, ⌈h/4⌉, ⌈w/4⌉) as its first output
     * @param manager manager on the network's device
     * @param classes number of classes, at most 255
     * @param mean of red, green and blue in 0..1
     * @param std divisors of red, green and blue
     * @param protocol scales, mirror images and windows
     * @param precision of the heavy products
     */
    public Segmenter(
            Block network,
            NDManager manager,
            int classes,
            List<Float> mean,
            List<Float> std,
            InferenceProtocol protocol,
            Precision precision) {
        this.network = network;
        this.manager = manager;
        this.classes = classes;
        normalizer = new PixelNormalizer(mean, std);
        this.protocol = protocol;
        this.precision = precision;
    }

    /**
     * Returns the manager of what is labelled.
     *
     * @return the manager, on the network's device
     */
    public NDManager manager() {
        return manager;
    }

    /** The logits of a window, (classes, h, w), and where it lies in the fitted picture. */
    private record Window(NDArray logits, int top, int left, int height, int width) {}

    /** One look at the picture in one size. */
    private record Pass(List<Window> windows, int height, int width, boolean flipped) {}

    /** Where the neighbours of each target lie along an axis, and what the second one weighs. */
    private record Axis(long[] first, long[] second, float[] weight) {

        /** Bilinear with half-pixel centres and without smoothing, as PyTorch has it. */
        static Axis of(int from, int to) {
            long[] first = new long[to];
            long[] second = new long[to];
            float[] weight = new float[to];
            float scale = (float) from / to;
            for (int i = 0; i < to; i++) {
                float at = Math.max(0, scale * (i + 0.5f) - 0.5f);
                first[i] = Math.min((long) at, from - 1);
                second[i] = Math.min(first[i] + 1, from - 1);
                weight[i] = at - first[i];
            }
            return new Axis(first, second, weight);
        }

        Axis part(int begin, int end) {
            return new Axis(
                    Arrays.copyOfRange(first, begin, end),
                    Arrays.copyOfRange(second, begin, end),
                    Arrays.copyOfRange(weight, begin, end));
        }

        /** The same when only the sources from a place on are there. */
        Axis shifted(int by) {
            return new Axis(
                    Arrays.stream(first).map(i -> i - by).toArray(),
                    Arrays.stream(second).map(i -> i - by).toArray(),
                    weight);
        }

        Axis reversed() {
            int last = weight.length - 1;
            long[] a = new long[last + 1];
            long[] b = new long[last + 1];
            float[] w = new float[last + 1];
            for (int i = 0; i <= last; i++) {
                a[i] = first[last - i];
                b[i] = second[last - i];
                w[i] = weight[last - i];
            }
            return new Axis(a, b, w);
        }
    }

    /**
     * Labels a picture.
     *
     * @param picture any picture
     * @return a class's index for each pixel, unsigned, rows from top to bottom
     * @throws NonFiniteException if what the network says is not finite
     */
    public byte[] labels(Picture picture) {
        try (NDArray map = map(picture)) {
            return known(map);
        }
    }

    /** Reads labels, which must be classes. */
    private static byte[] known(NDArray map) {
        byte[] labels = Transfers.bytes(map);
        for (byte label : labels) {
            if ((label & 0xFF) == UNKNOWN) {
                throw new NonFiniteException("A logit of a picture's pixel is NaN or infinite");
            }
        }
        return labels;
    }

    /**
     * Labels a picture without waiting for the device.
     *
     * @param picture any picture
     * @return (height, width), uint8, a class's index for each pixel, {@link #UNKNOWN} where a
     *     logit is not finite; with the manager of this segmenter; the caller closes it
     */
    public NDArray map(Picture picture) {
        try (NDManager owner = manager.newSubManager()) {
            ParameterStore store = new ParameterStore(owner, false);
            List<Pass> passes = new ArrayList<>();
            for (double scale : protocol.scales()) {
                Picture fitted = protocol.box().scaled(scale).apply(picture);
                passes.add(look(owner, store, fitted, false));
                if (protocol.flip()) {
                    passes.add(look(owner, store, fitted.flipHorizontal(), true));
                }
            }
            NDArray map = reduce(owner, passes, picture.width(), picture.height());
            map.attach(manager);
            return map;
        }
    }

    /** Makes the network's input of a picture that one pass looks at as a whole. */
    NDArray input(NDManager owner, Picture picture) {
        return normalizer.normalize(owner, protocol.box().apply(picture));
    }

    /** Labels a picture by the logits of {@link #input}, which have to be finite. */
    byte[] labels(Picture picture, NDArray logits) {
        PictureSize fitted = protocol.box().of(picture.width(), picture.height());
        try (NDManager owner = manager.newSubManager();
                NDArray map = logits.squeeze(0)) {
            Window whole = new Window(map, 0, 0, fitted.height(), fitted.width());
            Pass pass = new Pass(List.of(whole), fitted.height(), fitted.width(), false);
            return known(reduce(owner, List.of(pass), picture.width(), picture.height()));
        }
    }

    private Pass look(NDManager owner, ParameterStore store, Picture fitted, boolean flipped) {
        List<Window> windows = new ArrayList<>();
        int height = protocol.crop() == 0 ? fitted.height() : protocol.crop();
        int width = protocol.crop() == 0 ? fitted.width() : protocol.crop();
        for (int[] rows : spans(fitted.height(), height, protocol.stride())) {
            for (int[] columns : spans(fitted.width(), width, protocol.stride())) {
                Picture part =
                        fitted.crop(
                                columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0]);
                windows.add(
                        new Window(
                                logits(owner, store, part),
                                rows[0],
                                columns[0],
                                part.height(),
                                part.width()));
            }
        }
        return new Pass(windows, fitted.height(), fitted.width(), flipped);
    }

    /** Where windows begin and end along an axis; the last one is moved back to end inside. */
    static List<int[]> spans(int size, int window, int stride) {
        if (window >= size) {
            return List.of(new int[] {0, size});
        }
        List<int[]> spans = new ArrayList<>();
        int count = (size - window + stride - 1) / stride + 1;
        for (int i = 0; i < count; i++) {
            int end = Math.min(i * stride + window, size);
            spans.add(new int[] {Math.max(end - window, 0), end});
        }
        return spans;
    }

    private NDArray logits(NDManager owner, ParameterStore store, Picture part) {
        try (NDManager temporary = owner.newSubManager()) {
            NDArray input = normalizer.normalize(temporary, part);
            NDList output =
                    network.forward(store, new NDList(input), false, ForwardOptions.of(precision));
            output.attach(temporary);
            NDArray map = output.get(0).squeeze(0);
            map.attach(owner);
            return map;
        }
    }

    private NDArray reduce(NDManager owner, List<Pass> passes, int width, int height) {
        NDList labels = new NDList();
        int rows = (int) Math.max(1, Math.min(height, TILE / ((long) classes * width)));
        for (int top = 0; top < height; top += rows) {
            int bottom = Math.min(height, top + rows);
            try (NDManager tile = owner.newSubManager()) {
                NDArray sum = null;
                for (Pass pass : passes) {
                    NDArray values = tile(tile, pass, top, bottom, width, height);
                    if (passes.size() > 1) {
                        values = values.softmax(0);
                    }
                    sum = sum == null ? values : sum.addi(values);
                }
                NDArray best = LABEL.call(false, sum);
                best.attach(owner);
                labels.add(best);
            }
        }
        return labels.size() == 1 ? labels.head() : NDArrays.concat(labels, 0);
    }

    /** The logits of some rows of the picture in its own size, (classes, rows, width). */
    private NDArray tile(NDManager tile, Pass pass, int top, int bottom, int width, int height) {
        Axis rows = Axis.of(pass.height, height).part(top, bottom);
        Axis columns = Axis.of(pass.width, width);
        int begin = (int) rows.first[0];
        int end = (int) rows.second[rows.second.length - 1] + 1;
        NDArray seen = seen(tile, pass, begin, end);
        return resample(
                tile, seen, rows.shifted(begin), pass.flipped ? columns.reversed() : columns);
    }

    /** The logits of some rows in the size that the network saw. */
    private NDArray seen(NDManager tile, Pass pass, int begin, int end) {
        if (pass.windows.size() == 1) {
            return part(tile, pass.windows.get(0), begin, end);
        }
        NDArray sum = tile.zeros(new Shape(classes, end - begin, pass.width), DataType.FLOAT32);
        float[] visits = new float[(end - begin) * pass.width];
        for (Window window : pass.windows) {
            int from = Math.max(begin, window.top);
            int to = Math.min(end, window.top + window.height);
            if (from < to) {
                NDArray part = part(tile, window, from - window.top, to - window.top);
                NDIndex place =
                        new NDIndex()
                                .addAllDim()
                                .addSliceDim(from - begin, to - begin)
                                .addSliceDim(window.left, window.left + window.width);
                sum.set(place, sum.get(place).add(part));
                for (int y = from - begin; y < to - begin; y++) {
                    for (int x = window.left; x < window.left + window.width; x++) {
                        visits[y * pass.width + x]++;
                    }
                }
            }
        }
        return sum.divi(Transfers.send(tile, visits, new Shape(1, end - begin, pass.width)));
    }

    private static NDArray part(NDManager tile, Window window, int begin, int end) {
        Shape shape = window.logits.getShape();
        Axis rows = Axis.of((int) shape.get(1), window.height).part(begin, end);
        return resample(tile, window.logits, rows, Axis.of((int) shape.get(2), window.width));
    }

    private static NDArray resample(NDManager tile, NDArray maps, Axis rows, Axis columns) {
        NDArray result =
                RESAMPLE.call(
                        false,
                        maps,
                        send(tile, rows.first),
                        send(tile, rows.second),
                        send(tile, rows.weight),
                        send(tile, columns.first),
                        send(tile, columns.second),
                        send(tile, columns.weight));
        result.attach(tile);
        return result;
    }

    private static NDArray send(NDManager tile, long... values) {
        return Transfers.send(tile, values, new Shape(values.length));
    }

    private static NDArray send(NDManager tile, float... values) {
        return Transfers.send(tile, values, new Shape(values.length));
    }
}
