// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.weights.StateShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The arguments of DJL's factories, which come as text, as numbers of any type, or not at all.
 *
 * @param values by name; those of others are left alone
 */
record ModelArguments(Map<String, ?> values) {

    static final String MODEL = "model";
    static final String WEIGHTS = "weights";
    static final String PRETRAINED = "pretrained";
    static final String CLASSES = "classes";
    static final String FEATURES = "features";
    static final String PRECISION = "precision";
    static final String TOP_K = "topK";

    private static final String IMAGE_SIZE = "imageSize";
    private static final String WINDOW = "window";
    private static final String CHANNELS = "channels";

    /** What the user of DJL's criteria may ask of a classifier; its name is a filter. */
    static final List<String> OF_CLASSIFIERS =
            List.of(
                    WEIGHTS,
                    PRETRAINED,
                    CLASSES,
                    IMAGE_SIZE,
                    WINDOW,
                    CHANNELS,
                    FEATURES,
                    PRECISION,
                    TOP_K);

    /** What the user of DJL's criteria may ask of a segmentation network. */
    static final List<String> OF_NETWORKS_FOR_PIXELS = List.of(WEIGHTS, PRETRAINED, PRECISION);

    /** How many letters may be wrong in a name that nobody else can have meant. */
    private static final int SLIPS = 2;

    private static final List<String> SUFFIXES = List.of(".safetensors", ".pth", ".pt", ".bin");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(?:x(\\d{1,6}))?");

    ModelArguments {
        values = values == null ? Map.of() : values;
    }

    /**
     * Puts a request together.
     *
     * @param modelName what DJL calls the model
     * @param directory the model's folder, null if it has none
     * @throws IOException if the folder does not tell which model it holds, or where its weights
     *     are
     * @throws IllegalArgumentException if a value is wrong or a name misspelt
     */
    ModelRequest request(String modelName, Path directory) throws IOException {
        refuseMisspelt();
        ModelRequest request;
        if (has(MODEL)) {
            request = new ModelRequest(ModelTable.get(text(MODEL)));
        } else if (directory != null && Files.exists(directory.resolve(ModelDescription.FILE))) {
            request = new ModelRequest(ModelDescription.read(directory));
        } else {
            request = new ModelRequest(ModelTable.get(modelName));
        }
        if (Boolean.parseBoolean(text(PRETRAINED))) {
            request.pretrained = true;
        } else {
            request.weights = weights(modelName, directory);
        }
        if (has(IMAGE_SIZE)) {
            imageSize(request);
        }
        request.classes = integer(CLASSES);
        request.window = integer(WINDOW);
        request.channels = integer(CHANNELS);
        request.precision = precision();
        if (has(FEATURES)) {
            request.stages = stages();
        }
        return request;
    }

    private void imageSize(ModelRequest request) {
        String value = text(IMAGE_SIZE).replaceFirst("\\.0$", "");
        Matcher size = SIZE.matcher(value.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new IllegalArgumentException(
                    "Argument imageSize is '" + value + "', expected 256 or 256x192");
        }
        request.height = Integer.valueOf(size.group(1));
        request.width = size.group(2) == null ? request.height : Integer.valueOf(size.group(2));
    }

    private List<Integer> stages() {
        try {
            return Arrays.stream(text(FEATURES).replaceAll("[\\[\\] ]", "").split(","))
                    .map(stage -> (int) Double.parseDouble(stage))
                    .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Argument features is '" + text(FEATURES) + "', expected stages as in 0,1,2,3",
                    e);
        }
    }

    private Path weights(String modelName, Path directory) throws IOException {
        if (has(WEIGHTS)) {
            Path path = Path.of(text(WEIGHTS));
            return directory == null ? path : directory.resolve(path);
        }
        if (directory == null) {
            throw new IOException(
                    "Where are the weights? Give the argument weights, or pretrained=true.");
        }
        Path saved = StateShards.find(directory, SwinModel.WEIGHTS_FILE);
        if (Files.isRegularFile(saved)) {
            return saved;
        }
        for (String name : List.of(SwinModel.WEIGHTS_FILE, modelName)) {
            for (String suffix : Stream.concat(Stream.of(""), SUFFIXES.stream()).toList()) {
                Path file = directory.resolve(name + suffix);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> files =
                    all.filter(file -> SUFFIXES.stream().anyMatch(file.toString()::endsWith))
                            .sorted()
                            .toList();
            if (files.size() != 1) {
                throw new IOException(
                        directory
                                + " holds "
                                + files.size()
                                + " files of weights, expected one, or one named "
                                + modelName
                                + SUFFIXES.get(0)
                                + ": name it with the argument weights.");
            }
            return files.get(0);
        }
    }

    private boolean has(String name) {
        return values.get(name) != null;
    }

    private String text(String name) {
        return has(name) ? values.get(name).toString().strip() : "";
    }

    /** Returns what predictors compute in, which is float32 where nothing is said. */
    Precision precision() {
        return has(PRECISION) ? Precision.of(text(PRECISION)) : Precision.FP32;
    }

    /**
     * Refuses every argument but some.
     *
     * @param known their names
     * @throws IllegalArgumentException for another; names the nearest
     */
    void requireOnly(List<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw unknown(name, known);
            }
        }
    }

    /** Refuses names that are almost known; those far from all are djl-serving's or others'. */
    private void refuseMisspelt() {
        for (String name : values.keySet()) {
            if (!name.equals(MODEL)
                    && !OF_CLASSIFIERS.contains(name)
                    && OF_CLASSIFIERS.stream().anyMatch(known -> almost(name, known))) {
                throw unknown(name, OF_CLASSIFIERS);
            }
        }
    }

    private static boolean almost(String name, String known) {
        String folded = name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
        return Nearest.distance(folded, known.toLowerCase(Locale.ROOT)) <= SLIPS;
    }

    private static IllegalArgumentException unknown(String name, List<String> known) {
        return new IllegalArgumentException(
                "Unknown argument "
                        + name
                        + "."
                        + Nearest.to(name, known)
                                .map(near -> " Did you mean " + near + "?")
                                .orElse("")
                        + " There are "
                        + String.join(", ", known)
                        + ".");
    }

    /** Returns a whole number, or null. */
    Integer integer(String name) {
        if (!has(name)) {
            return null;
        }
        String text = text(name).replaceFirst("\\.0+$", ""); // JSON's numbers come as doubles
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Argument " + name + " is '" + text + "', expected a whole number", e);
        }
    }
}
