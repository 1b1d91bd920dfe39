// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file form of an {@link EvaluationRun}. Counts and sums are written exactly, so that what is
 * read equals what was written and shards merge without loss; the ratios are there for readers and
 * are computed anew when the file is read.
 */
public final class EvaluationJson {

    private static final String FORMAT = "swin-djl-evaluation";
    private static final int VERSION = 2;

    private static final Gson GSON =
            new GsonBuilder()
                    .setStrictness(Strictness.STRICT)
                    .serializeNulls()
                    .disableHtmlEscaping()
                    .create();

    private static final Pattern PLACE = Pattern.compile("at line \\d+ column \\d+ path \\S+");

    private EvaluationJson() {}

    /**
     * Renders a run as one JSON document.
     *
     * @param run what to render
     * @return JSON with one line per class and per row of the confusion matrix; ratios without
     *     samples are {@code null}
     */
    public static String toJson(EvaluationRun run) {
        ClassificationResult result = run.result();
        StringWriter text = new StringWriter();
        try (JsonWriter json = GSON.newJsonWriter(text)) {
            json.setFormattingStyle(FormattingStyle.PRETTY);
            json.beginObject();
            json.name("format").value(FORMAT);
            json.name("version").value(VERSION);
            json.name("setup");
            GSON.toJson(GSON.toJsonTree(run.setup()), json);
            json.name("shards");
            compact(json, shards(run));
            json.name("count").value(result.count());
            json.name("top1").jsonValue(ratio(result.top1()).toString());
            json.name("top5").jsonValue(ratio(result.top5()).toString());
            json.name("loss").jsonValue(ratio(result.loss()).toString());
            json.name("calibration_error")
                    .jsonValue(ratio(result.calibration().expectedError()).toString());
            json.name("top1_correct").value(result.top1Correct());
            json.name("top5_correct").value(result.top5Correct());
            json.name("loss_sum").value(result.lossSum());
            json.name("per_class").beginArray();
            for (ClassRow row : result.perClass()) {
                compact(json, classRow(row));
            }
            json.endArray();
            json.name("calibration").beginArray();
            for (Calibration.Bin bin : result.calibration().bins()) {
                compact(json, bin(bin));
            }
            json.endArray();
            json.name("confusion").beginArray();
            for (ConfusionMatrix.Cell cell : result.confusion().cells()) {
                compact(json, cell(cell));
            }
            json.endArray();
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed.", e);
        }
        return text.append('\n').toString();
    }

    /**
     * Writes a run to a file, which is either complete or not there.
     *
     * @param run what to write
     * @param file where to; replaced when it exists
     * @throws IOException if the file cannot be written
     */
    public static void write(EvaluationRun run, Path file) throws IOException {
        byte[] json = toJson(run).getBytes(UTF_8);
        AtomicFile.write(file, channel -> Channels.newOutputStream(channel).write(json));
    }

    /**
     * Reads a run.
     *
     * @param file a file that {@link #write} wrote
     * @return the run, equal to the one that was written
     * @throws IOException if the file cannot be read, has another format or version, or its counts
     *     disagree with each other
     */
    public static EvaluationRun read(Path file) throws IOException {
        try {
            JsonObject json = GSON.fromJson(Files.readString(file), JsonObject.class);
            if (json == null) {
                throw new IllegalArgumentException("it is empty");
            }
            return run(json);
        } catch (CharacterCodingException e) {
            throw damaged(file, "it is no UTF-8 text", e);
        } catch (JsonParseException e) {
            Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
            throw damaged(
                    file, "it is no valid JSON" + (place.find() ? " " + place.group() : ""), e);
        } catch (IllegalArgumentException
                | IllegalStateException
                | ArithmeticException
                | UnsupportedOperationException e) {
            throw damaged(file, e.getMessage(), e);
        }
    }

    private static IOException damaged(Path file, String found, Exception cause) {
        return new IOException(
                file
                        + " is no evaluation result: "
                        + found
                        + ". Expected a file that 'swin eval --json' wrote.",
                cause);
    }

    private static EvaluationRun run(JsonObject json) {
        String format = text(json, "format");
        long version = number(json, "version");
        if (!format.equals(FORMAT) || version != VERSION) {
            throw new IllegalArgumentException(
                    "format '"
                            + format
                            + "' version "
                            + version
                            + ", expected '"
                            + FORMAT
                            + "' version "
                            + VERSION);
        }
        Map<String, String> setup = new LinkedHashMap<>();
        JsonObject given = get(json, "setup").getAsJsonObject();
        given.keySet().forEach(name -> setup.put(name, text(given, name)));
        JsonObject shards = get(json, "shards").getAsJsonObject();
        SortedSet<Integer> indices = new TreeSet<>();
        get(shards, "indices")
                .getAsJsonArray()
                .forEach(i -> indices.add(Math.toIntExact(integer(i))));
        return new EvaluationRun(
                setup, Math.toIntExact(number(shards, "count")), indices, result(json));
    }

    private static ClassificationResult result(JsonObject json) {
        List<ClassRow> rows = new ArrayList<>();
        for (JsonElement element : get(json, "per_class").getAsJsonArray()) {
            JsonObject row = element.getAsJsonObject();
            rows.add(
                    new ClassRow(
                            text(row, "label"),
                            number(row, "support"),
                            number(row, "predicted"),
                            number(row, "top1_correct"),
                            number(row, "top5_correct")));
        }
        List<Calibration.Bin> bins = new ArrayList<>();
        for (JsonElement element : get(json, "calibration").getAsJsonArray()) {
            JsonObject bin = element.getAsJsonObject();
            bins.add(
                    new Calibration.Bin(
                            number(bin, "count"),
                            number(bin, "correct"),
                            get(bin, "confidence_sum").getAsBigDecimal()));
        }
        ConfusionMatrix confusion = new ConfusionMatrix(rows.size());
        for (JsonElement element : get(json, "confusion").getAsJsonArray()) {
            JsonArray cell = element.getAsJsonArray();
            if (cell.size() != 3) {
                throw new IllegalArgumentException(
                        "a cell of the confusion matrix has " + cell.size() + " numbers, not 3");
            }
            confusion.add(
                    Math.toIntExact(integer(cell.get(0))),
                    Math.toIntExact(integer(cell.get(1))),
                    integer(cell.get(2)));
        }
        return new ClassificationResult(
                rows, confusion, get(json, "loss_sum").getAsBigDecimal(), new Calibration(bins));
    }

    private static JsonElement shards(EvaluationRun run) {
        JsonObject json = new JsonObject();
        json.addProperty("count", run.shardCount());
        json.add("indices", GSON.toJsonTree(run.shards()));
        return json;
    }

    private static JsonElement classRow(ClassRow row) {
        JsonObject json = new JsonObject();
        json.addProperty("label", row.label());
        json.addProperty("support", row.support());
        json.addProperty("predicted", row.predicted());
        json.addProperty("top1_correct", row.top1Correct());
        json.addProperty("top5_correct", row.top5Correct());
        json.add("recall", ratio(row.recall()));
        json.add("precision", ratio(row.precision()));
        return json;
    }

    private static JsonElement bin(Calibration.Bin bin) {
        JsonObject json = new JsonObject();
        json.addProperty("count", bin.count());
        json.addProperty("correct", bin.correct());
        json.addProperty("confidence_sum", bin.confidenceSum());
        return json;
    }

    private static JsonElement cell(ConfusionMatrix.Cell cell) {
        JsonArray json = new JsonArray(3);
        json.add(cell.actual());
        json.add(cell.predicted());
        json.add(cell.count());
        return json;
    }

    private static JsonElement ratio(double value) {
        return Double.isNaN(value) ? JsonNull.INSTANCE : new JsonPrimitive(value);
    }

    private static void compact(JsonWriter json, JsonElement element) throws IOException {
        json.jsonValue(GSON.toJson(element));
    }

    private static JsonElement get(JsonObject json, String name) {
        JsonElement value = json.get(name);
        if (value == null || value.isJsonNull()) {
            throw new IllegalArgumentException("it has no '" + name + "'");
        }
        return value;
    }

    private static String text(JsonObject json, String name) {
        return get(json, name).getAsString();
    }

    private static long number(JsonObject json, String name) {
        return integer(get(json, name));
    }

    private static long integer(JsonElement value) {
        return value.getAsBigDecimal().longValueExact();
    }
}
