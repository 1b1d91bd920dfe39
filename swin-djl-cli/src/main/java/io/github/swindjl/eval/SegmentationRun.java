// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.github.swindjl.zoo.weights.AtomicFile;
import io.github.swindjl.zoo.weights.Causes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A segmentation result together with what it is a result of, and its file form. Counts are written
 * exactly, so that shards merge without loss; the ratios are there for readers.
 *
 * @param setup what decides the result, by name
 * @param shardCount number of parts into which the data was dealt
 * @param shards parts that the result covers
 * @param result result over these parts
 */
public record SegmentationRun(
        Map<String, String> setup,
        int shardCount,
        SortedSet<Integer> shards,
        SegmentationResult result) {

    private static final String FORMAT = "swin-djl-segmentation";
    private static final int VERSION = 1;
    private static final Gson GSON =
            new GsonBuilder()
                    .setFormattingStyle(FormattingStyle.COMPACT.withSpaceAfterSeparators(true))
                    .disableHtmlEscaping()
                    .serializeNulls()
                    .create();

    /**
     * Tells whether a file holds such a result, rather than that of a classification.
     *
     * @param file a file
     * @return whether it says so
     * @throws IOException if it cannot be read
     */
    public static boolean isAt(Path file) throws IOException {
        try {
            JsonObject json = GSON.fromJson(Files.readString(file), JsonObject.class);
            return json != null
                    && json.has("format")
                    && json.get("format").getAsString().equals(FORMAT);
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            return false;
        }
    }

    /**
     * Renders this run as one JSON document.
     *
     * @return JSON; ratios without pixels are {@code null}
     */
    public String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("version", VERSION);
        json.add("setup", GSON.toJsonTree(setup));
        json.addProperty("shard_count", shardCount);
        json.add("shards", GSON.toJsonTree(shards));
        json.addProperty("pictures", result.pictures());
        json.add("miou", ratio(result.meanIou()));
        json.add("macc", ratio(result.meanAccuracy()));
        json.add("aacc", ratio(result.pixelAccuracy()));
        JsonArray classes = new JsonArray();
        for (int i = 0; i < result.labels().size(); i++) {
            JsonObject row = new JsonObject();
            row.addProperty("label", result.labels().get(i));
            row.add("iou", ratio(result.iou(i)));
            row.add("acc", ratio(result.accuracy(i)));
            row.addProperty("pixels", result.confusion().support(i));
            classes.add(row);
        }
        json.add("per_class", classes);
        JsonArray cells = new JsonArray();
        for (ConfusionMatrix.Cell cell : result.confusion().cells()) {
            JsonArray row = new JsonArray(3);
            row.add(cell.actual());
            row.add(cell.predicted());
            row.add(cell.count());
            cells.add(row);
        }
        json.add("confusion", cells);
        return GSON.toJson(json) + "\n";
    }

    private static JsonElement ratio(double value) {
        return GSON.toJsonTree(Double.isNaN(value) ? null : value);
    }

    /**
     * Writes this run to a file, which is either complete or not there.
     *
     * @param file where to
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        AtomicFile.writeText(file, toJson());
    }

    /**
     * Reads a run.
     *
     * @param file a file that {@link #write} wrote
     * @return the run, equal to the one that was written
     * @throws IOException if the file cannot be read or is no such result
     */
    public static SegmentationRun read(Path file) throws IOException {
        try {
            JsonObject json = GSON.fromJson(Files.readString(file), JsonObject.class);
            if (json.get("version").getAsInt() != VERSION) {
                throw new IllegalStateException("version " + json.get("version"));
            }
            Map<String, String> setup = new LinkedHashMap<>();
            json.getAsJsonObject("setup")
                    .asMap()
                    .forEach((name, value) -> setup.put(name, value.getAsString()));
            List<String> labels = new ArrayList<>();
            for (JsonElement row : json.getAsJsonArray("per_class")) {
                labels.add(row.getAsJsonObject().get("label").getAsString());
            }
            ConfusionMatrix confusion = new ConfusionMatrix(labels.size());
            for (JsonElement element : json.getAsJsonArray("confusion")) {
                JsonArray cell = element.getAsJsonArray();
                confusion.add(
                        cell.get(0).getAsInt(), cell.get(1).getAsInt(), cell.get(2).getAsLong());
            }
            SortedSet<Integer> shards = new TreeSet<>();
            json.getAsJsonArray("shards").forEach(shard -> shards.add(shard.getAsInt()));
            return new SegmentationRun(
                    setup,
                    json.get("shard_count").getAsInt(),
                    shards,
                    new SegmentationResult(labels, confusion, json.get("pictures").getAsLong()));
        } catch (RuntimeException e) {
            throw new IOException(
                    file
                            + " is no segmentation result ("
                            + Causes.of(e)
                            + "). Expected a file that 'swin eval --json' wrote.",
                    e);
        }
    }

    /**
     * Adds other parts of the same evaluation.
     *
     * @param other a run with the same setup, over parts that are not in this one
     * @return the run over both
     * @throws IllegalArgumentException if setups differ, or a part is in both
     */
    public SegmentationRun merge(SegmentationRun other) {
        if (!setup.equals(other.setup) || shardCount != other.shardCount) {
            throw new IllegalArgumentException(
                    "Results of different evaluations cannot be merged: "
                            + setup
                            + " of "
                            + shardCount
                            + " shards in one, "
                            + other.setup
                            + " of "
                            + other.shardCount
                            + " in the other.");
        }
        SortedSet<Integer> union = new TreeSet<>(shards);
        for (int shard : other.shards) {
            if (!union.add(shard)) {
                throw new IllegalArgumentException(
                        "Shard " + shard + " is in both results; give each shard once.");
            }
        }
        return new SegmentationRun(setup, shardCount, union, result.merge(other.result));
    }
}
