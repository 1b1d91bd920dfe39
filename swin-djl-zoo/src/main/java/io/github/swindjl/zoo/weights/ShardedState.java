// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A dictionary spread over several files of one folder, with an index as JSON that names the file
 * of every tensor.
 */
final class ShardedState implements StateSource {

    private static final int MAX_SHARDS = 1000;

    private final Path index;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, String> shardOf = new LinkedHashMap<>();
    private final Map<String, StateSource> shards = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private ShardedState(Path index) {
        this.index = index;
    }

    /**
     * Reads an index and opens its files.
     *
     * @param index the open index, which stays the caller's
     * @param opener opens one of the files
     */
    static StateSource of(MappedFile index, MappedFile.Reader<StateSource> opener)
            throws StateException {
        ShardedState state = new ShardedState(index.path());
        try {
            state.parse(index);
            state.openShards(opener);
            return state;
        } catch (StateException e) {
            state.closeAfter(e);
            throw e;
        } catch (IOException | IllegalStateException e) {
            state.closeAfter(e);
            throw new StateException(
                    index.path(), "is not the JSON of an index of weights: " + Causes.of(e), e);
        }
    }

    private void parse(MappedFile file) throws IOException {
        if (file.size() > Safetensors.MAX_HEADER) {
            throw new StateException(index, "is too large for an index: " + file.size());
        }
        BufferInput bytes = new BufferInput(file.map(0, (int) file.size()));
        try (JsonReader json =
                new JsonReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()))) {
            json.setStrictness(Strictness.STRICT);
            json.beginObject();
            while (json.hasNext()) {
                switch (json.nextName()) {
                    case "metadata" -> parseMetadata(json);
                    case "weight_map" -> parseNames(json);
                    default -> json.skipValue();
                }
            }
            json.endObject();
            json.peek(); // refuses text after the object
        }
        if (shardOf.isEmpty()) {
            throw new StateException(
                    index, "names no tensors, expected the file of each under weight_map");
        }
    }

    private void parseMetadata(JsonReader json) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            if (json.peek() == JsonToken.STRING || json.peek() == JsonToken.NUMBER) {
                metadata.put(key, json.nextString());
            } else {
                json.skipValue();
            }
        }
        json.endObject();
    }

    private void parseNames(JsonReader json) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            String shard = json.nextString();
            if (shard.isEmpty() || shard.startsWith(".") || shard.matches(".*[/\\\\:\\x00].*")) {
                throw new StateException(
                        index,
                        "names the file "
                                + Printable.text(shard)
                                + ", expected the plain name of a file in the same folder");
            }
            if (shardOf.put(name, shard) != null) {
                throw new StateException(index, "names " + Printable.text(name) + " twice");
            }
        }
        json.endObject();
    }

    private void openShards(MappedFile.Reader<StateSource> opener) throws StateException {
        for (Map.Entry<String, String> entry : shardOf.entrySet()) {
            StateSource shard = shards.get(entry.getValue());
            if (shard == null) {
                if (shards.size() == MAX_SHARDS) {
                    throw new StateException(index, "names more than " + MAX_SHARDS + " files");
                }
                shard = MappedFile.open(index.resolveSibling(entry.getValue()), opener);
                shards.put(entry.getValue(), shard);
            }
            TensorInfo info = shard.tensors().get(entry.getKey());
            if (info == null) {
                throw new StateException(
                        index,
                        "says that "
                                + Printable.text(entry.getKey())
                                + " is in "
                                + entry.getValue()
                                + ", which does not have it");
            }
            tensors.put(entry.getKey(), info);
        }
        for (Map.Entry<String, StateSource> shard : shards.entrySet()) {
            for (String name : shard.getValue().tensors().keySet()) {
                if (!shard.getKey().equals(shardOf.get(name))) {
                    throw new StateException(
                            index,
                            "does not list "
                                    + Printable.text(name)
                                    + ", which is in "
                                    + shard.getKey());
                }
            }
        }
    }

    private void closeAfter(Exception failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public Path file() {
        return index;
    }

    @Override
    public List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(index));
        shards.keySet().forEach(shard -> files.add(index.resolveSibling(shard)));
        return files;
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    @Override
    public ByteBuffer bytes(String name, long offset, int length) throws StateException {
        info(name);
        return shards.get(shardOf.get(name)).bytes(name, offset, length);
    }

    @Override
    public void read(String name, long offset, ByteBuffer target) throws StateException {
        info(name);
        shards.get(shardOf.get(name)).read(name, offset, target);
    }

    @Override
    public void close() throws IOException {
        for (StateSource shard : shards.values()) {
            shard.close();
        }
    }
}
