// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.report.Column;
import io.github.swindjl.report.Png;
import io.github.swindjl.report.SegmentationDrawing;
import io.github.swindjl.report.TextTable;
import io.github.swindjl.zoo.ClassPalette;
import io.github.swindjl.zoo.InferenceProtocol;
import io.github.swindjl.zoo.SegmentationModel;
import io.github.swindjl.zoo.Segmenter;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a segmentation model says about one picture.
 *
 * @param image the picture's file
 * @param width its width
 * @param height its height
 * @param pixels pixels of each class
 */
record ScenePrediction(Path image, int width, int height, long[] pixels) {

    /**
     * Labels pictures, whole and in float32 unless told otherwise.
     *
     * @param staging where masks and overlays go, null for none
     * @throws IOException if a picture cannot be read, or a result cannot be written
     */
    static List<ScenePrediction> of(
            Swin swin,
            SegmentationModel model,
            List<PictureArguments.Input> inputs,
            Precision precision,
            Staging staging)
            throws IOException {
        ClassPalette palette = model.description().palette();
        Segmenter segmenter =
                model.segmenter(InferenceProtocol.whole(model.description().box()), precision);
        List<ScenePrediction> predictions = new ArrayList<>();
        try (Progress progress = Progress.of(swin, "predict", inputs.size())) {
            for (PictureArguments.Input input : inputs) {
                Picture picture = PictureReader.read(input.file());
                byte[] labels = segmenter.labels(picture);
                predictions.add(
                        new ScenePrediction(
                                input.file(),
                                picture.width(),
                                picture.height(),
                                SegmentationDrawing.areas(labels, palette.size())));
                if (staging != null) {
                    Png.write(
                            SegmentationDrawing.mask(labels, picture.width(), palette),
                            staging.file(place(input, "mask")));
                    Png.write(
                            SegmentationDrawing.overlay(picture, labels, palette),
                            staging.file(place(input, "overlay")));
                }
                progress.show(predictions.size(), "");
            }
        }
        return predictions;
    }

    /** Turns {@code a/b.png} into {@code a/b.mask.png}. */
    private static Path place(PictureArguments.Input input, String kind) {
        String name = input.place().getFileName().toString();
        String stem = name.substring(0, name.lastIndexOf('.'));
        return input.place().resolveSibling(stem + "." + kind + ".png");
    }

    /** Returns what JSON shows: every class that occurs, the largest first. */
    static JsonArray json(String model, ClassPalette palette, List<ScenePrediction> predictions) {
        JsonArray array = new JsonArray();
        for (ScenePrediction prediction : predictions) {
            JsonObject object = new JsonObject();
            object.addProperty("image", prediction.image().toString());
            object.addProperty("model", model);
            object.addProperty("width", prediction.width());
            object.addProperty("height", prediction.height());
            JsonArray classes = new JsonArray();
            for (int label : SegmentationDrawing.byArea(prediction.pixels())) {
                JsonObject row = new JsonObject();
                row.addProperty("index", label);
                row.addProperty("label", palette.names().get(label));
                row.addProperty("pixels", prediction.pixels()[label]);
                row.addProperty("share", prediction.share(label));
                classes.add(row);
            }
            object.add("classes", classes);
            array.add(object);
        }
        return array;
    }

    private double share(int label) {
        return (double) pixels[label] / ((long) width * height);
    }

    /** Returns the largest classes; for people, only the first row of a picture names it. */
    static TextTable table(
            ClassPalette palette, List<ScenePrediction> predictions, int limit, boolean complete) {
        TextTable table =
                new TextTable(
                        Column.text("image", "image"),
                        Column.count("rank", "rank"),
                        Column.count("index", "index"),
                        Column.text("class", "label"),
                        Column.count("pixels", "pixels"),
                        Column.percent("area", "share"));
        for (ScenePrediction prediction : predictions) {
            List<Integer> classes = SegmentationDrawing.byArea(prediction.pixels());
            for (int i = 0; i < Math.min(limit, classes.size()); i++) {
                int label = classes.get(i);
                table.row(
                        complete || i == 0 ? prediction.image().toString() : "",
                        i + 1,
                        label,
                        palette.names().get(label),
                        prediction.pixels()[label],
                        prediction.share(label));
            }
        }
        return table;
    }
}
