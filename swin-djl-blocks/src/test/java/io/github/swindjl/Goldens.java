// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.blocks.Edges;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.window.ShiftCancel;
import io.github.swindjl.window.WindowShrink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what the reference implementations computed. */
public final class Goldens {

    private Goldens() {}

    public static JsonObject json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    public static Map<String, float[]> tensors(String file) throws IOException {
        Map<String, float[]> tensors = new TreeMap<>();
        try (NDManager manager = NDManager.newBaseManager();
                InputStream in = Files.newInputStream(TestData.file(file))) {
            for (NDArray array : NDList.decode(manager, in)) {
                tensors.put(array.getName(), array.toFloatArray());
            }
        }
        return tensors;
    }

    public static SwinConfig config(JsonObject json) {
        SwinConfig.Builder builder =
                json.get("version").getAsInt() == 1 ? SwinConfig.v1() : SwinConfig.v2();
        return builder.optImageSize(
                        json.get("imageHeight").getAsInt(), json.get("imageWidth").getAsInt())
                .optPatchSize(json.get("patchSize").getAsInt())
                .optChannels(json.get("inChannels").getAsInt())
                .optWidth(json.get("embedDim").getAsInt())
                .optStages(ints(json.get("depths")), ints(json.get("heads")))
                .optWindow(json.get("window").getAsInt())
                .optReferenceWindows(ints(json.get("pretrainedWindows")))
                .optMlpRatio(json.get("mlpRatio").getAsDouble())
                .optQkvBias(json.get("qkvBias").getAsBoolean())
                .optAbsolutePosition(json.get("absolutePosition").getAsBoolean())
                .optPatchNorm(json.get("patchNorm").getAsBoolean())
                .optShrink(
                        switch (json.get("shrink").getAsString()) {
                            case "MIN_BOTH_AXES" -> WindowShrink.BOTH_AXES;
                            case "NEVER" -> WindowShrink.NEVER;
                            default -> throw new IllegalArgumentException(json.toString());
                        })
                .optShiftCancel(
                        switch (json.get("cancelShift").getAsString()) {
                            case "AT_CONSTRUCTION" -> ShiftCancel.NEVER;
                            case "WHEN_COVERED" -> ShiftCancel.WHERE_COVERED;
                            default -> throw new IllegalArgumentException(json.toString());
                        })
                .optEdges(
                        switch (json.get("edges").getAsString()) {
                            case "STRICT" -> Edges.STRICT;
                            case "DROP_STEM_REMAINDER" -> Edges.DROP_LEFTOVER_PIXELS;
                            default -> throw new IllegalArgumentException(json.toString());
                        })
                .build();
    }

    public static List<Integer> ints(JsonElement array) {
        return array.getAsJsonArray().asList().stream().map(JsonElement::getAsInt).toList();
    }

    /** Returns the largest absolute difference, infinite if a value is not a number. */
    public static double difference(float[] expected, float[] found) {
        if (expected.length != found.length) {
            throw new AssertionError(
                    "expected " + expected.length + " values, found " + found.length);
        }
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) expected[i] - found[i]);
            largest =
                    Double.isNaN(difference)
                            ? Double.POSITIVE_INFINITY
                            : Math.max(largest, difference);
        }
        return largest;
    }

    public static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
