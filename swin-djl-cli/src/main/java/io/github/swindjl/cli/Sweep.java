// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.LinePlot;
import io.github.swindjl.report.TextTable;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
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
                if (text.matches(key.option + "=[1-9]\\d{0,4}(,[1-9]\\d{0,4})*")) {
                    List<Integer> values = new ArrayList<>();
                    for (String value : text.substring(key.option.length() + 1).split(",")) {
                        values.add(Integer.valueOf(value));
                    }
                    return new Request(key, values);
                }
            }
            throw new IllegalArgumentException(
                    "'" + text + "', expected img-size=N,N,... or window=N,N,...");
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
        Map<String, Double> first = new LinkedHashMap<>();
        for (Point point : points) {
            first.putIfAbsent(point.weights(), point.top1());
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

    /** Returns everything as a JSON document. */
    String json() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("sweep", key.option);
        document.put("points", points);
        return new GsonBuilder()
                        .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                        .setPrettyPrinting()
                        .create()
                        .toJson(document)
                + "\n";
    }

    /** Draws a line for each model. */
    BufferedImage plot() {
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
                                        line.stream().map(this::quantity).toList(),
                                        line.stream().map(point -> 100 * point.top1()).toList())));
        return LinePlot.draw("Without further training", key.title, "top-1 (%)", lines);
    }

    private double quantity(Point point) {
        return key == Key.IMG_SIZE ? point.imgSize() : point.window();
    }
}
