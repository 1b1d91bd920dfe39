// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.LinePlot;
import io.github.swindjl.report.TextTable;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What models score at other sizes of pictures or windows than they were trained at, without
 * further training: the position bias has to carry over.
 */
final class Sweep {

    private final Key key;
    private final List<Point> points = new ArrayList<>();

    /** What a sweep changes. */
    enum Key {
        /** Width and height of pictures. */
        IMG_SIZE("img-size", "side of the pictures (pixels)"),
        /** Side of windows. */
        WINDOW("window", "side of the windows (tokens)");

        private final String option;
        private final String title;

        Key(String option, String title) {
            this.option = option;
            this.title = title;
        }
    }

    /**
     * What is asked for.
     *
     * @param key what changes
     * @param values its values, in order
     */
    record Request(Key key, List<Integer> values) {

        /**
         * Reads a request such as {@code img-size=48,72,96}.
         *
         * @throws IllegalArgumentException if it is another text
         */
        static Request parse(String text) {
            for (Key key : Key.values()) {
                if (text.matches(
                        key.option + "=" + Resolution.SIDE + "(," + Resolution.SIDE + ")*")) {
                    List<Integer> values = new ArrayList<>();
                    for (String value : text.substring(key.option.length() + 1).split(",")) {
                        values.add(Integer.valueOf(value));
                    }
                    if (values.stream().distinct().count() < values.size()) {
                        throw new IllegalArgumentException(
                                "'" + text + "', expected different values");
                    }
                    return new Request(key, values);
                }
            }
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "', expected img-size=N,N,... or window=N,N,..., each from 1 to "
                            + Resolution.LARGEST);
        }

        /** Returns the resolution of a value, where the rest is as asked for. */
        Resolution at(int value, Resolution rest) {
            return key == Key.IMG_SIZE
                    ? new Resolution(Optional.of(value), rest.window(), rest.scaled())
                    : new Resolution(rest.imageSize(), Optional.of(value), false);
        }
    }

    /** One model at one resolution. */
    private record Point(
            String weights,
            String model,
            String positionBias,
            int imgSize,
            int window,
            double top1,
            double top5,
            double loss,
            long count,
            double imagesPerSecond) {}

    /** What models with the same position bias scored. */
    private record Mean(
            String positionBias,
            int imgSize,
            int window,
            int models,
            double top1,
            double top1Deviation,
            double change,
            double changeDeviation) {}

    Sweep(Key key) {
        this.key = key;
    }

    /** Adds what a model, named by its weights, scored. */
    void add(Path weights, OpenModel open, Evaluation evaluation) {
        SwinConfig config = open.description().config();
        ClassificationResult result = evaluation.result();
        points.add(
                new Point(
                        weights.toString(),
                        open.description().name(),
                        config.positionBias().name().toLowerCase(Locale.ROOT),
                        config.imageHeight(),
                        config.window(),
                        result.top1(),
                        result.top5(),
                        result.loss(),
                        result.count(),
                        evaluation.speed().perSecond()));
    }

    /** Returns a line for each model and resolution, with the change from the model's first one. */
    TextTable table() {
        TextTable table =
                new TextTable(
                        Column.text("weights", "weights"),
                        Column.text("position bias", "position_bias"),
                        Column.count("size", "img_size"),
                        Column.count("window", "window"),
                        Column.percent("top-1", "top1"),
                        Column.percent("change", "change"),
                        Column.percent("top-5", "top5"),
                        Column.decimal("loss", "loss", 4),
                        Column.decimal("images/s", "images_per_second", 0));
        Map<String, Double> first = first();
        for (Point point : points) {
            table.row(
                    point.weights(),
                    point.positionBias(),
                    point.imgSize(),
                    point.window(),
                    point.top1(),
                    point.top1() - first.get(point.weights()),
                    point.top5(),
                    point.loss(),
                    point.imagesPerSecond());
        }
        return table;
    }

    /** Tells whether there are several models with the same position bias. */
    boolean hasMeans() {
        return means().stream().anyMatch(mean -> mean.models() > 1);
    }

    /** The figures of all models with one position bias at one resolution. */
    private List<Mean> means() {
        Map<String, List<Point>> groups = new LinkedHashMap<>();
        for (Point point : points) {
            String group = point.positionBias() + " " + point.imgSize() + " " + point.window();
            groups.computeIfAbsent(group, k -> new ArrayList<>()).add(point);
        }
        Map<String, Double> first = first();
        List<Mean> means = new ArrayList<>();
        for (List<Point> group : groups.values()) {
            Point any = group.get(0);
            double[] top1 = group.stream().mapToDouble(Point::top1).toArray();
            double[] change =
                    group.stream()
                            .mapToDouble(point -> point.top1() - first.get(point.weights()))
                            .toArray();
            means.add(
                    new Mean(
                            any.positionBias(),
                            any.imgSize(),
                            any.window(),
                            group.size(),
                            mean(top1),
                            deviation(top1),
                            mean(change),
                            deviation(change)));
        }
        means.sort(Comparator.comparing(Mean::positionBias));
        return means;
    }

    private static double mean(double... values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** The deviation that the whole of such trainings is estimated to have; NaN for one. */
    private static double deviation(double... values) {
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
    }

    /** Returns what each model scored at the first value. */
    private Map<String, Double> first() {
        Map<String, Double> first = new LinkedHashMap<>();
        points.forEach(point -> first.putIfAbsent(point.weights(), point.top1()));
        return first;
    }

    /** Returns a line for each position bias and resolution, with mean and deviation. */
    TextTable meanTable() {
        TextTable table =
                new TextTable(
                        Column.text("position bias", "position_bias"),
                        Column.count("size", "img_size"),
                        Column.count("window", "window"),
                        Column.count("models", "models"),
                        Column.percent("mean top-1", "top1"),
                        Column.percent("deviation", "top1_deviation"),
                        Column.percent("mean change", "change"),
                        Column.percent("deviation", "change_deviation"));
        for (Mean mean : means()) {
            table.row(
                    mean.positionBias(),
                    mean.imgSize(),
                    mean.window(),
                    mean.models(),
                    mean.top1(),
                    mean.top1Deviation(),
                    mean.change(),
                    mean.changeDeviation());
        }
        return table;
    }

    /** Returns all of it for people. */
    String text() {
        return hasMeans() ? table().text() + "\n" + meanTable().text() : table().text();
    }

    /** Returns everything as a JSON document. */
    String json() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("sweep", key.option);
        document.put("points", points);
        if (hasMeans()) {
            document.put("means", means());
        }
        return Json.text(document) + "\n";
    }

    /** Draws a line for each model, or, of several with the same position bias, for each bias. */
    BufferedImage plot() {
        return LinePlot.draw(
                "Without further training",
                key.title,
                "top-1 (%)",
                hasMeans() ? meanLines() : lines());
    }

    private List<LinePlot.Series> meanLines() {
        Map<String, List<Mean>> biases = new LinkedHashMap<>();
        means().forEach(
                        mean ->
                                biases.computeIfAbsent(mean.positionBias(), k -> new ArrayList<>())
                                        .add(mean));
        List<LinePlot.Series> lines = new ArrayList<>();
        biases.forEach(
                (bias, line) ->
                        lines.add(
                                new LinePlot.Series(
                                        bias + ", mean of " + line.get(0).models(),
                                        line.stream()
                                                .map(m -> quantity(m.imgSize(), m.window()))
                                                .toList(),
                                        line.stream().map(m -> 100 * m.top1()).toList(),
                                        line.stream().map(m -> 100 * m.top1Deviation()).toList())));
        return lines;
    }

    private List<LinePlot.Series> lines() {
        Map<String, List<Point>> models = new LinkedHashMap<>();
        points.forEach(
                point ->
                        models.computeIfAbsent(point.weights(), k -> new ArrayList<>()).add(point));
        List<LinePlot.Series> lines = new ArrayList<>();
        models.forEach(
                (weights, line) ->
                        lines.add(
                                new LinePlot.Series(
                                        Path.of(weights).getFileName()
                                                + ", "
                                                + line.get(0).positionBias(),
                                        line.stream()
                                                .map(p -> quantity(p.imgSize(), p.window()))
                                                .toList(),
                                        line.stream().map(point -> 100 * point.top1()).toList())));
        return lines;
    }

    private double quantity(int imgSize, int window) {
        return key == Key.IMG_SIZE ? imgSize : window;
    }
}
