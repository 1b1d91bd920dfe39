// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and checks the JSON header of a safetensors file as a stream, so that time and memory are
 * bounded by the header's size.
 */
final class SafetensorsHeader {

    static final String METADATA = "__metadata__";

    private final Path file;
    private final long dataStart;
    private final long dataLength;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private SafetensorsHeader(Path file, long dataStart, long dataLength) {
        this.file = file;
        this.dataStart = dataStart;
        this.dataLength = dataLength;
    }

    static SafetensorsHeader read(Path file, InputStream header, long dataStart, long dataLength)
            throws IOException {
        SafetensorsHeader result = new SafetensorsHeader(file, dataStart, dataLength);
        // A reader made from the decoder reports bytes that are not UTF-8 instead of replacing.
        try (JsonReader json =
                new JsonReader(
                        new InputStreamReader(header, StandardCharsets.UTF_8.newDecoder()))) {
            json.setStrictness(Strictness.STRICT);
            result.parse(json);
        }
        result.checkLayout();
        return result;
    }

    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    private void parse(JsonReader json) throws IOException {
        try {
            parseObject(json);
        } catch (CharacterCodingException e) {
            throw new StateException(file, "the header is not UTF-8", e);
        } catch (EOFException e) {
            throw new StateException(file, "the header's JSON ends early", e);
        } catch (MalformedJsonException | IllegalStateException e) {
            throw new StateException(
                    file,
                    "the header is not the JSON of a safetensors file, at " + json.getPath(),
                    e);
        }
    }

    private void parseObject(JsonReader json) throws IOException {
        json.beginObject();
        boolean metadataSeen = false;
        while (json.hasNext()) {
            String name = json.nextName();
            if (name.equals(METADATA)) {
                if (metadataSeen) {
                    throw duplicate(METADATA);
                }
                metadataSeen = true;
                parseMetadata(json);
            } else if (tensors.containsKey(name)) {
                throw duplicate(name);
            } else {
                tensors.put(name, parseTensor(json, name));
            }
        }
        json.endObject();
        json.peek(); // refuses text after the object
    }

    private void parseMetadata(JsonReader json) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            if (json.peek() != JsonToken.STRING) {
                throw new StateException(
                        file, METADATA + "." + key + " is " + json.peek() + ", expected a string");
            }
            if (metadata.put(key, json.nextString()) != null) {
                throw duplicate(METADATA + "." + key);
            }
        }
        json.endObject();
    }

    private TensorInfo parseTensor(JsonReader json, String name) throws IOException {
        TensorType type = null;
        long[] shape = null;
        long[] offsets = null;
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            boolean again;
            switch (key) {
                case "dtype" -> {
                    again = type != null;
                    type = parseType(json, name);
                }
                case "shape" -> {
                    again = shape != null;
                    shape = parseLongs(json, name, key, TensorInfo.MAX_DIMENSIONS);
                }
                case "data_offsets" -> {
                    again = offsets != null;
                    offsets = parseLongs(json, name, key, 2);
                }
                default ->
                        throw tensorError(
                                name,
                                "unknown key " + key + ", expected dtype, shape, data_offsets");
            }
            if (again) {
                throw duplicate(name + "." + key);
            }
        }
        json.endObject();
        if (type == null || shape == null || offsets == null) {
            throw tensorError(name, "needs dtype, shape and data_offsets, one is missing");
        }
        return describe(name, type, shape, offsets);
    }

    private TensorType parseType(JsonReader json, String name) throws IOException {
        String text = json.nextString();
        return TensorType.named(text)
                .orElseThrow(
                        () ->
                                tensorError(
                                        name,
                                        "unknown dtype "
                                                + text
                                                + ", known are "
                                                + Arrays.toString(TensorType.values())));
    }

    private long[] parseLongs(JsonReader json, String name, String key, int limit)
            throws IOException {
        long[] values = new long[limit];
        int count = 0;
        json.beginArray();
        while (json.hasNext()) {
            if (count == limit) {
                throw tensorError(name, key + " has more than " + limit + " entries");
            }
            values[count++] = parseLong(json, name, key);
        }
        json.endArray();
        return Arrays.copyOf(values, count);
    }

    private long parseLong(JsonReader json, String name, String key) throws IOException {
        if (json.peek() != JsonToken.NUMBER) {
            throw tensorError(name, key + " holds " + json.peek() + ", expected a number");
        }
        String text = json.nextString();
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw tensorError(name, key + " holds " + text + ", expected a 64-bit integer");
        }
        if (value < 0) {
            throw tensorError(name, key + " holds the negative number " + text);
        }
        return value;
    }

    private TensorInfo describe(String name, TensorType type, long[] shape, long[] offsets)
            throws StateException {
        if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataLength) {
            throw tensorError(
                    name,
                    "data_offsets "
                            + Arrays.toString(offsets)
                            + " are not a range within the file's "
                            + dataLength
                            + " bytes of data");
        }
        long length = offsets[1] - offsets[0];
        try {
            return new TensorInfo(name, type, shape, dataStart + offsets[0], length);
        } catch (IllegalArgumentException e) {
            throw new StateException(file, "tensor " + name + ": " + e.getMessage(), e);
        }
    }

    /** The format wants the data filled without gaps and overlaps; nothing can hide in between. */
    private void checkLayout() throws StateException {
        List<TensorInfo> byOffset = new ArrayList<>(tensors.values());
        byOffset.sort(
                Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::length));
        long end = dataStart;
        for (TensorInfo info : byOffset) {
            if (info.offset() != end) {
                throw tensorError(
                        info.name(),
                        (info.offset() < end ? "overlaps the tensor before it" : "follows a gap")
                                + ": begins at offset "
                                + (info.offset() - dataStart)
                                + " of the data, expected "
                                + (end - dataStart));
            }
            end += info.length();
        }
        if (end != dataStart + dataLength) {
            throw new StateException(
                    file,
                    (dataStart + dataLength - end)
                            + " bytes at offset "
                            + end
                            + " belong to no tensor");
        }
    }

    private StateException duplicate(String key) {
        return new StateException(file, "the header names " + key + " twice (duplicate key)");
    }

    private StateException tensorError(String name, String problem) {
        return new StateException(file, "tensor " + name + ": " + problem);
    }
}
