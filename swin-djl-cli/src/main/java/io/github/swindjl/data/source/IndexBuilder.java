// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is known of a split's pictures. Confined to one thread. */
final class IndexBuilder {

    private static final int LABEL = 2 * Integer.BYTES;

    private final Path root;
    private final List<Container> containers = new ArrayList<>();
    private final Map<String, Stamp> witnesses = new LinkedHashMap<>();
    private final List<String> ignoredNames = new ArrayList<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private byte[] records = new byte[Index.RECORD << 8];
    private byte[] names = new byte[1 << 12];
    private int nameBytes;
    private int size;
    private int ignored;

    IndexBuilder(Path root) {
        this.root = root;
    }

    int size() {
        return size;
    }

    /** Path relative to the root, the same on every system. */
    String relative(Path path) {
        return root.relativize(path).toString().replace('\\', '/');
    }

    /** Adds a folder with pictures and returns its number. */
    int folder(Path folder, String prefix) {
        containers.add(new Container(Container.Kind.FOLDER, relative(folder), prefix, null));
        return containers.size() - 1;
    }

    /** Adds an archive, whose change makes the list void, and returns its number. */
    int archive(Container.Kind kind, Path archive, String prefix) throws IOException {
        witness(archive);
        String path = relative(archive);
        containers.add(new Container(kind, path, prefix, witnesses.get(path)));
        return containers.size() - 1;
    }

    /** Notes the state of a file or folder whose change makes the list void. */
    void witness(Path path) throws IOException {
        witnesses.put(relative(path), Stamp.of(path));
    }

    void ignored(String name) {
        ignored++;
        if (ignoredNames.size() < SourceFacts.NAMED) {
            ignoredNames.add(name);
        }
    }

    void unreadable(String name, String reason) {
        unreadable.add(new Unreadable(name, reason));
    }

    /** Adds a picture; see {@link Index} for the numbers. */
    void add(int container, String name, int label, long offset, long stored, long extra) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        int end = Math.addExact(nameBytes, text.length);
        names = grown(names, end);
        System.arraycopy(text, 0, names, nameBytes, text.length);
        nameBytes = end;
        int at = Math.multiplyExact(size, Index.RECORD);
        records = grown(records, Math.addExact(at, Index.RECORD));
        ByteBuffer.wrap(records, at, Index.RECORD)
                .putInt(end)
                .putInt(container)
                .putInt(label)
                .putLong(offset)
                .putLong(stored)
                .putLong(extra);
        size++;
    }

    private static byte[] grown(byte[] bytes, int needed) {
        if (needed <= bytes.length) {
            return bytes;
        }
        long more = needed + (long) (needed >> 1);
        return Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, more));
    }

    int label(int index) {
        return ByteBuffer.wrap(records).getInt(index * Index.RECORD + LABEL);
    }

    void setLabel(int index, int label) {
        ByteBuffer.wrap(records).putInt(index * Index.RECORD + LABEL, label);
    }

    /** The name within its folder or archive. */
    String name(int index) {
        ByteBuffer all = ByteBuffer.wrap(records);
        int start = index == 0 ? 0 : all.getInt((index - 1) * Index.RECORD);
        int end = all.getInt(index * Index.RECORD);
        return new String(names, start, end - start, StandardCharsets.UTF_8);
    }

    /** Replaces every label by an entry of a table. */
    void relabel(int[] labels) {
        for (int i = 0; i < size; i++) {
            setLabel(i, labels[label(i)]);
        }
    }

    Index build(
            String base,
            boolean onlySplit,
            List<String> classes,
            Layout layout,
            String classOrder) {
        return new Index(
                new Index.Head(
                        base,
                        onlySplit,
                        List.copyOf(classes),
                        List.copyOf(containers),
                        witnesses,
                        new SourceFacts(layout, classOrder, ignored, ignoredNames, unreadable)),
                size,
                ByteBuffer.wrap(Arrays.copyOf(records, size * Index.RECORD)),
                ByteBuffer.wrap(Arrays.copyOf(names, nameBytes)));
    }
}
