// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.tar.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * The list of a split's pictures: a table of bytes, on the heap when it was just made, mapped when
 * it was read from a file. Only classes, folders and archives are objects. Immutable, thread-safe.
 *
 * <p>The file: magic number, version, length of the head, its checksum, number of pictures, length
 * of the names; the head; one record of {@value #RECORD} bytes for each picture; the names.
 */
final class Index {

    /** Where a picture's bytes are, when its folder's file is the picture. */
    static final long WHOLE_FILE = -1;

    /** A size or a time that was not looked at. */
    static final long UNKNOWN = -1;

    /** Name's end (4 bytes), container (4), label (4), offset (8), size (8), extra (8). */
    static final int RECORD = 36;

    private static final int CONTAINER = 4;
    private static final int LABEL = 8;
    private static final int OFFSET = 12;
    private static final int SIZE = 20;
    private static final int EXTRA = 28;

    private static final long MAGIC = 0x5377696e496e6478L;
    private static final int VERSION = 1;
    private static final int FIXED = 40;

    private final Head head;
    private final int size;
    private final ByteBuffer records;
    private final ByteBuffer names;

    /**
     * What is not about single pictures.
     *
     * @param base folder or archive that the split is in, relative to the set's root
     * @param onlySplit whether the root is the split itself
     * @param classes names in index order
     * @param containers folders and archives with pictures
     * @param witnesses everything whose change makes the list void, by path relative to the root
     * @param facts what else was found
     */
    record Head(
            String base,
            boolean onlySplit,
            List<String> classes,
            List<Container> containers,
            Map<String, Stamp> witnesses,
            SourceFacts facts) {}

    Index(Head head, int size, ByteBuffer records, ByteBuffer names) {
        this.head = head;
        this.size = size;
        this.records = records;
        this.names = names;
    }

    Head head() {
        return head;
    }

    int size() {
        return size;
    }

    int label(int index) {
        return records.getInt(at(index) + LABEL);
    }

    Container container(int index) {
        return head.containers().get(records.getInt(at(index) + CONTAINER));
    }

    /** Where the bytes begin in an archive, or {@link #WHOLE_FILE}. */
    long offset(int index) {
        return records.getLong(at(index) + OFFSET);
    }

    /** How many bytes the picture takes on disk, or {@link #UNKNOWN}. */
    long stored(int index) {
        return records.getLong(at(index) + SIZE);
    }

    /** When a file was changed, or how long a picture is that a zip archive holds compressed. */
    long extra(int index) {
        return records.getLong(at(index) + EXTRA);
    }

    /** The name within the container. */
    String name(int index) {
        int end = records.getInt(at(index));
        int start = index == 0 ? 0 : records.getInt(at(index - 1));
        byte[] name = new byte[end - start];
        names.get(start, name);
        return new String(name, StandardCharsets.UTF_8);
    }

    private int at(int index) {
        return Objects.checkIndex(index, size) * RECORD;
    }

    void write(FileChannel channel) throws IOException {
        byte[] bytes = headBytes();
        ByteBuffer fixed = ByteBuffer.allocate(FIXED);
        fixed.putLong(MAGIC).putInt(VERSION).putInt(bytes.length).putLong(checksum(bytes));
        fixed.putLong(size).putLong(names.limit());
        for (ByteBuffer part :
                List.of(
                        fixed.flip(),
                        ByteBuffer.wrap(bytes),
                        records.duplicate().rewind(),
                        names.duplicate().rewind())) {
            while (part.hasRemaining()) {
                channel.write(part);
            }
        }
    }

    /**
     * Maps a file that {@link #write} made.
     *
     * @throws IOException if it cannot be read or is not whole
     */
    static Index read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer fixed = bytes(channel, 0, FIXED);
            if (fixed.getLong() != MAGIC || fixed.getInt() != VERSION) {
                throw new IOException(file + " is no list of pictures of this version");
            }
            int headLength = fixed.getInt();
            long checksum = fixed.getLong();
            long pictures = fixed.getLong();
            long nameBytes = fixed.getLong();
            long records = FIXED + (long) headLength;
            if (headLength < 0
                    || pictures < 0
                    || channel.size() != records + pictures * RECORD + nameBytes) {
                throw new IOException(file + " is not whole");
            }
            byte[] head = bytes(channel, FIXED, headLength).array();
            if (checksum(head) != checksum) {
                throw new IOException(file + " is damaged");
            }
            return new Index(
                    head(head),
                    Math.toIntExact(pictures),
                    channel.map(FileChannel.MapMode.READ_ONLY, records, pictures * RECORD),
                    channel.map(
                            FileChannel.MapMode.READ_ONLY, records + pictures * RECORD, nameBytes));
        }
    }

    private static ByteBuffer bytes(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        Bytes.readFully(channel, from, bytes);
        return bytes.flip();
    }

    private static long checksum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return sum.getValue();
    }

    private byte[] headBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(head.base());
        out.writeBoolean(head.onlySplit());
        writeAll(out, head.classes());
        out.writeInt(head.containers().size());
        for (Container container : head.containers()) {
            out.writeUTF(container.kind().name());
            out.writeUTF(container.path());
            out.writeUTF(container.prefix());
            out.writeBoolean(container.stamp() != null);
            if (container.stamp() != null) {
                write(out, container.stamp());
            }
        }
        out.writeInt(head.witnesses().size());
        for (Map.Entry<String, Stamp> witness : head.witnesses().entrySet()) {
            out.writeUTF(witness.getKey());
            write(out, witness.getValue());
        }
        out.writeUTF(head.facts().layout().name());
        out.writeUTF(head.facts().classOrder());
        out.writeInt(head.facts().ignored());
        writeAll(out, head.facts().ignoredNames());
        out.writeInt(head.facts().unreadable().size());
        for (Unreadable unreadable : head.facts().unreadable()) {
            out.writeUTF(unreadable.name());
            out.writeUTF(unreadable.reason());
        }
        return bytes.toByteArray();
    }

    private static Head head(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        String base = in.readUTF();
        boolean onlySplit = in.readBoolean();
        List<String> classes = readAll(in);
        int count = in.readInt();
        List<Container> containers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            containers.add(
                    new Container(
                            Container.Kind.valueOf(in.readUTF()),
                            in.readUTF(),
                            in.readUTF(),
                            in.readBoolean() ? stamp(in) : null));
        }
        count = in.readInt();
        Map<String, Stamp> witnesses = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            witnesses.put(in.readUTF(), stamp(in));
        }
        Layout layout = Layout.valueOf(in.readUTF());
        String classOrder = in.readUTF();
        int ignored = in.readInt();
        List<String> ignoredNames = readAll(in);
        count = in.readInt();
        List<Unreadable> unreadable = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            unreadable.add(new Unreadable(in.readUTF(), in.readUTF()));
        }
        return new Head(
                base,
                onlySplit,
                List.copyOf(classes),
                containers,
                witnesses,
                new SourceFacts(layout, classOrder, ignored, ignoredNames, unreadable));
    }

    private static void write(DataOutputStream out, Stamp stamp) throws IOException {
        out.writeLong(stamp.size());
        out.writeLong(stamp.modified());
    }

    private static Stamp stamp(DataInputStream in) throws IOException {
        return new Stamp(in.readLong(), in.readLong());
    }

    private static void writeAll(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> readAll(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(in.readUTF());
        }
        return texts;
    }
}
