// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import ai.djl.ndarray.NDArray;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a state that may be too large for one: {@code model.safetensors}, or {@code
 * model-00001-of-00003.safetensors} and so on with {@code model.safetensors.index.json}, as Hugging
 * Face has them.
 */
public final class StateShards {

    /** Bytes of values from which on a state is spread over several files. */
    public static final long LIMIT = 2L << 30;

    private static final String SUFFIX = ".safetensors";
    private static final String INDEX = ".index.json";
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    private StateShards() {}

    /** Writes one of the files. */
    @FunctionalInterface
    public interface Writer {

        /**
         * Writes the file.
         *
         * @param file where
         * @throws IOException if it cannot be written
         */
        void writeTo(Path file) throws IOException;
    }

    /**
     * Plans the files of a state.
     *
     * @param name of the file if there is one, ending in {@code .safetensors}
     * @param arrays the arrays by name, on any device; they stay in their order
     * @param limit bytes of values in a file, at least 1; a larger array has a file of its own
     * @return how to write each file, by its name, the index last
     */
    public static Map<String, Writer> plan(String name, Map<String, NDArray> arrays, long limit) {
        List<Map<String, NDArray>> shards = new ArrayList<>();
        long total = 0;
        long used = 0;
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            long bytes = StateArrays.bytes(entry.getKey(), entry.getValue());
            if (shards.isEmpty() || used + bytes > limit) {
                shards.add(new LinkedHashMap<>());
                used = 0;
            }
            shards.get(shards.size() - 1).put(entry.getKey(), entry.getValue());
            used += bytes;
            total += bytes;
        }
        Map<String, Writer> files = new LinkedHashMap<>();
        if (shards.size() <= 1) {
            files.put(name, file -> StateArrays.write(file, arrays));
            return files;
        }
        JsonObject names = new JsonObject();
        for (int i = 0; i < shards.size(); i++) {
            Map<String, NDArray> shard = shards.get(i);
            String file =
                    String.format(
                            Locale.ROOT,
                            "%s-%05d-of-%05d%s",
                            base(name),
                            i + 1,
                            shards.size(),
                            SUFFIX);
            shard.keySet().forEach(key -> names.addProperty(key, file));
            files.put(file, path -> StateArrays.write(path, shard));
        }
        JsonObject metadata = new JsonObject();
        metadata.addProperty("total_size", total);
        JsonObject index = new JsonObject();
        index.add("metadata", metadata);
        index.add("weight_map", names);
        files.put(name + INDEX, path -> AtomicFile.writeText(path, GSON.toJson(index) + "\n"));
        return files;
    }

    /**
     * Writes a state in place of one that may be there, whose other files are removed when the new
     * ones are complete.
     *
     * @param directory an existing folder
     * @param name as for {@link #plan}
     * @param arrays as for {@link #plan}
     * @param limit as for {@link #plan}
     * @throws IOException if a file cannot be written, or a former one not be removed
     */
    public static void write(Path directory, String name, Map<String, NDArray> arrays, long limit)
            throws IOException {
        Map<String, Writer> files = plan(name, arrays, limit);
        for (Map.Entry<String, Writer> file : files.entrySet()) {
            file.getValue().writeTo(directory.resolve(file.getKey()));
        }
        // The index first: without it no other former file is part of a state.
        if (!files.containsKey(name + INDEX)) {
            Files.deleteIfExists(directory.resolve(name + INDEX));
        }
        List<Path> former;
        try (Stream<Path> all = Files.list(directory)) {
            former =
                    all.filter(file -> isPart(name, file.getFileName().toString()))
                            .filter(file -> !files.containsKey(file.getFileName().toString()))
                            .toList();
        }
        for (Path file : former) {
            Files.delete(file);
        }
    }

    /** Tells whether a file holds a state of this name, or a part of it. */
    private static boolean isPart(String name, String file) {
        return file.equals(name)
                || file.matches(Pattern.quote(base(name)) + "-\\d{5}-of-\\d{5}" + SUFFIX);
    }

    private static String base(String name) {
        return name.substring(0, name.length() - SUFFIX.length());
    }

    /**
     * Finds a state that was written by such a plan.
     *
     * @param directory where its files are
     * @param name of the file if there is one
     * @return the index of several files if there is one, otherwise the file, whether or not it
     *     exists
     */
    public static Path find(Path directory, String name) {
        Path index = directory.resolve(name + INDEX);
        return Files.exists(index) ? index : directory.resolve(name);
    }

    /**
     * Tells whether a file is, by its name, the index of several.
     *
     * @param file what {@link #find} returned
     * @return whether the weights lie in other files
     */
    public static boolean isIndex(Path file) {
        return file.getFileName().toString().endsWith(INDEX);
    }
}
