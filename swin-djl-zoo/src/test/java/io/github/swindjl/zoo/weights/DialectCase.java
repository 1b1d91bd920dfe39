// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.Formula;
import io.github.swindjl.TestData;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.window.WindowShrink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small checkpoint that a library wrote, and what the library computed with it. */
record DialectCase(String name, JsonObject json) {

    private static final String FOLDER = "goldens/dialects/";

    static List<DialectCase> all() {
        try {
            String text = Files.readString(TestData.file(FOLDER + "dialects.json"));
            JsonObject cases =
                    JsonParser.parseString(text).getAsJsonObject().getAsJsonObject("cases");
            return cases.entrySet().stream()
                    .map(
                            entry ->
                                    new DialectCase(
                                            entry.getKey(), entry.getValue().getAsJsonObject()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DialectCase named(String name) {
        return all().stream().filter(one -> one.name.equals(name)).findFirst().orElseThrow();
    }

    static StateSource open(String name) throws StateException {
        return Safetensors.open(TestData.file(FOLDER + name + ".safetensors"));
    }

    StateSource open() throws StateException {
        return open(json.has("file") ? json.get("file").getAsString() : name);
    }

    Path file() {
        return TestData.file(FOLDER + name + ".safetensors");
    }

    Dialect dialect() {
        return switch (name.substring(0, name.indexOf('_'))) {
            case "microsoft" -> Dialect.MICROSOFT;
            case "timm" -> name.startsWith("timm_old") ? Dialect.MICROSOFT : Dialect.TIMM;
            case "torchvision" -> Dialect.TORCHVISION;
            case "huggingface" -> Dialect.HUGGING_FACE;
            case "huggingface5" -> Dialect.HUGGING_FACE_5;
            case "simmim" -> Dialect.SIMMIM;
            case "openmmlab" -> isV2() ? Dialect.OPEN_MMLAB_V2 : Dialect.OPEN_MMLAB;
            default -> throw new IllegalArgumentException(name);
        };
    }

    boolean isV2() {
        return json.get("version").getAsInt() == 2;
    }

    /** Returns the number of classes, 0 for pooled features. */
    int classes() {
        return json.get("classes").getAsInt();
    }

    /** Returns the configuration that the file's weights belong to. */
    SwinConfig config() {
        int size = json.get("imageSize").getAsInt();
        return (isV2() ? SwinConfig.v2() : SwinConfig.v1())
                .optImageSize(size, size)
                .optWidth(json.get("width").getAsInt())
                .optStages(ints("depths"), ints("heads"))
                .optWindow(json.get("window").getAsInt())
                .optReferenceWindows(ints("referenceWindows"))
                .optAbsolutePosition(json.get("absolutePosition").getAsBoolean())
                .optShrink(WindowShrink.valueOf(json.get("shrink").getAsString()))
                .build();
    }

    /** Returns the configuration that the library computed with, which may be larger. */
    SwinConfig target() {
        if (!json.has("loadWindow")) {
            return config();
        }
        int size = json.get("loadImageSize").getAsInt();
        return WeightsLoader.resize(config(), size, size, json.get("loadWindow").getAsInt());
    }

    private List<Integer> ints(String key) {
        return json.getAsJsonArray(key).asList().stream().map(JsonElement::getAsInt).toList();
    }

    float[] logits() {
        JsonArray values = json.getAsJsonArray("logits");
        float[] logits = new float[values.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = values.get(i).getAsFloat();
        }
        return logits;
    }

    /** Computes logits, or pooled features, for the input of the goldens. */
    static float[] compute(LoadedWeights weights, int classes) throws StateException {
        SwinConfig config = weights.config();
        Shape input = new Shape(1, config.channels(), config.imageHeight(), config.imageWidth());
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            SwinClassifier block = new SwinClassifier(config, classes);
            Initializers.seed(block, 1);
            weights.fill(block, manager, input);
            NDArray image = Formula.input(manager, input);
            ParameterStore store = new ParameterStore(manager, false);
            return block.forward(store, new NDList(image), false).singletonOrThrow().toFloatArray();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
