// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a safetensors file atomically, one tensor at a time.
 *
 * <p>Tensors with wider elements come first, so that every tensor is aligned to its element size;
 * among equals the order is that of the names, or of {@link #add} with {@link #keepOrder}. The same
 * content gives the same bytes. Not safe for use by several threads.
 */
public final class SafetensorsWriter {

    private record Entry(String name, TensorType type, long[] shape, TensorContent content) {

        long length() {
            return TensorInfo.byteLength(type, shape);
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private boolean sorted = true;

    /** Creates a writer without tensors. */
    public SafetensorsWriter() {}

    /**
     * Adds a tensor.
     *
     * @param name its name
     * @param type its element type
     * @param shape its dimensions, empty for a scalar
     * @param content gives the values when the file is written
     * @return this
     * @throws IllegalArgumentException if the name was added before or is reserved, or the shape is
     *     not valid
     */
    public SafetensorsWriter add(
            String name, TensorType type, long[] shape, TensorContent content) {
        Objects.requireNonNull(content, "content");
        TensorInfo.byteLength(type, shape);
        if (name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException(name + " is no name for a tensor: it is reserved");
        }
        if (!names.add(name)) {
            throw new IllegalArgumentException("Tensor " + name + " was added twice");
        }
        entries.add(new Entry(name, type, shape.clone(), content));
        return this;
    }

    /**
     * Adds free text to the header.
     *
     * @param key the key
     * @param value the text
     * @return this
     */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, Objects.requireNonNull(value, key));
        return this;
    }

    /**
     * Writes tensors of equal element size in the order in which they were added instead of by
     * name.
     *
     * @return this
     */
    public SafetensorsWriter keepOrder() {
        sorted = false;
        return this;
    }

    /**
     * Writes the file, replacing one that exists. When this fails, nothing is left behind and an
     * older file is untouched.
     *
     * @param file the file; its directory must exist
     * @throws StateException if the file cannot be written or a tensor's content has not the length
     *     of its shape
     */
    public void write(Path file) throws StateException {
        if (Files.isDirectory(file)) {
            throw new StateException(file, "cannot be written: is a directory");
        }
        List<Entry> ordered = ordered();
        try {
            AtomicFile.write(file, channel -> write(file, channel, ordered));
        } catch (StateException e) {
            throw e;
        } catch (IOException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new StateException(file, "cannot be written: " + reason, e);
        }
    }

    private List<Entry> ordered() {
        Comparator<Entry> order = Comparator.comparingInt(entry -> -entry.type().bits());
        List<Entry> result = new ArrayList<>(entries);
        result.sort(sorted ? order.thenComparing(Entry::name) : order);
        return result;
    }

    private void write(Path file, FileChannel channel, List<Entry> ordered) throws IOException {
        ByteBuffer header = header(file, ordered);
        while (header.hasRemaining()) {
            channel.write(header);
        }
        for (Entry entry : ordered) {
            Counted counted = new Counted(file, channel, entry);
            entry.content().writeTo(counted);
            counted.finish();
        }
    }

    private ByteBuffer header(Path file, List<Entry> ordered) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonWriter json =
                new JsonWriter(new OutputStreamWriter(text, StandardCharsets.UTF_8))) {
            json.beginObject();
            if (!metadata.isEmpty()) {
                json.name(SafetensorsHeader.METADATA).beginObject();
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.name(entry.getKey()).value(entry.getValue());
                }
                json.endObject();
            }
            long offset = 0;
            for (Entry entry : ordered) {
                json.name(entry.name()).beginObject().name("dtype").value(entry.type().name());
                json.name("shape").beginArray();
                for (long size : entry.shape()) {
                    json.value(size);
                }
                json.endArray().name("data_offsets").beginArray().value(offset);
                offset = Math.addExact(offset, entry.length());
                json.value(offset).endArray().endObject();
            }
            json.endObject();
        }
        while (text.size() % Long.BYTES != 0) {
            text.write(' ');
        }
        if (text.size() > Safetensors.MAX_HEADER) {
            throw new StateException(
                    file,
                    "the header would have "
                            + text.size()
                            + " bytes, the format allows "
                            + Safetensors.MAX_HEADER);
        }
        ByteBuffer result = ByteBuffer.allocate(Safetensors.PREFIX + text.size());
        return result.order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.size())
                .put(text.toByteArray())
                .flip();
    }

    /** Lets exactly the bytes of one tensor through. */
    private static final class Counted implements WritableByteChannel {

        private final Path file;
        private final FileChannel channel;
        private final Entry entry;
        private long left;

        Counted(Path file, FileChannel channel, Entry entry) {
            this.file = file;
            this.channel = channel;
            this.entry = entry;
            this.left = entry.length();
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (bytes.remaining() > left) {
                throw wrongLength("more than " + (entry.length() - left + bytes.remaining() - 1));
            }
            int written = channel.write(bytes);
            left -= written;
            return written;
        }

        void finish() throws StateException {
            if (left != 0) {
                throw wrongLength("only " + (entry.length() - left));
            }
        }

        private StateException wrongLength(String found) {
            return new StateException(
                    file,
                    "tensor "
                            + entry.name()
                            + ": its content gave "
                            + found
                            + " bytes, its shape needs "
                            + entry.length());
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() {
            // The file stays open for the tensors that follow.
        }
    }
}
