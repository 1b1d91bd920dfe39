// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.ndarray.NDArray;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.zoo.weights.Causes;
import io.github.swindjl.zoo.weights.StateShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A folder with a network's weights and the description of what they are. */
final class CheckpointFolder {

    private static final Gson GSON = new Gson();

    private CheckpointFolder() {}

    /** Refuses what is no folder. */
    static void require(Path checkpoint) throws IOException {
        if (!Files.isDirectory(checkpoint)) {
            throw new IOException(
                    checkpoint
                            + (Files.exists(checkpoint)
                                    ? " is no folder: a checkpoint is one, with "
                                    : " does not exist: expected a checkpoint, a folder with ")
                            + ModelDescription.FILE
                            + " and "
                            + SwinModel.WEIGHTS_FILE
                            + ".");
        }
    }

    /** Refuses a checkpoint of another model than the one that was named. */
    static void requireName(Path checkpoint, String found, String wanted) throws IOException {
        if (!found.equals(wanted)) {
            throw new IOException(
                    checkpoint
                            + " holds the model '"
                            + found
                            + "', not '"
                            + wanted
                            + "': name that model, or give other weights.");
        }
    }

    /** Returns where a checkpoint's weights are. */
    static Path weights(Path checkpoint) {
        return StateShards.find(checkpoint, SwinModel.WEIGHTS_FILE);
    }

    /**
     * Writes a model, its weights in files of at most so many bytes of values.
     *
     * @param directory an existing folder
     * @throws IOException if a file cannot be written
     */
    static void write(LoadedModel model, Path directory, long limit) throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        StateDict.of(model.block())
                .forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
        StateShards.write(directory, SwinModel.WEIGHTS_FILE, arrays, limit);
        Files.writeString(directory.resolve(ModelDescription.FILE), model.description().toJson());
    }

    /**
     * Reads a checkpoint's description.
     *
     * @param type what it should be
     * @throws IOException if there is none, it is another kind of network's, or it is not valid
     */
    static <D extends NetworkDescription> D describe(Path checkpoint, Class<D> type)
            throws IOException {
        Path file = checkpoint.resolve(ModelDescription.FILE);
        try {
            JsonElement json = GSON.fromJson(Files.readString(file), JsonElement.class);
            if (json == null || json.isJsonNull()) {
                throw new IOException(file + " is empty: use another checkpoint.");
            }
            if (labelsPixels(json) && type == ModelDescription.class) {
                throw new IOException(
                        checkpoint
                                + " holds a segmentation network, not a classifier: load it"
                                + " with SegmentationModel.load or Swin.segmentation.");
            }
            if (classifies(json) && type == SegmentationDescription.class) {
                throw new IOException(
                        checkpoint
                                + " holds a classifier, not a segmentation network: load it"
                                + " with SwinModel.load or Swin.model.");
            }
            return GSON.fromJson(json, type);
        } catch (NoSuchFileException e) {
            throw new IOException(
                    checkpoint + " is no checkpoint: it has no file " + file.getFileName() + ".",
                    e);
        } catch (RuntimeException e) {
            // Gson throws its own exceptions for bad JSON, and bare ones around a record's checks.
            throw new IOException(file + " is not a valid model description: " + Causes.of(e), e);
        }
    }

    /** Tells whether a folder describes itself as a segmentation network. */
    static boolean labelsPixels(Path checkpoint) throws IOException {
        Path file = checkpoint.resolve(ModelDescription.FILE);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            return labelsPixels(GSON.fromJson(Files.readString(file), JsonElement.class));
        } catch (JsonParseException e) {
            return false;
        }
    }

    private static boolean labelsPixels(JsonElement json) {
        return json instanceof JsonObject object
                && object.has("task")
                && object.get("task").isJsonPrimitive()
                && object.get("task").getAsString().equals(SegmentationDescription.TASK);
    }

    private static boolean classifies(JsonElement json) {
        return json instanceof JsonObject object && !object.has("task") && object.has("labels");
    }
}
