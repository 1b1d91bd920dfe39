// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The table of contents of a zip file, with 64-bit sizes. It gives the entries that are stored as
 * they are, because these can be mapped.
 *
 * <p>Overlapping and contradictory entries are refused, and compressed and encrypted ones when they
 * are asked for.
 */
final class ZipDirectory {

    private static final int END = 22;
    private static final int END_64 = 56;
    private static final int LOCATOR_64 = 20;
    private static final int ENTRY = 46;
    private static final int LOCAL = 30;
    private static final int MAX_COMMENT = 0xffff;
    private static final long SATURATED = 0xffffffffL;
    private static final int SATURATED_COUNT = 0xffff;
    private static final int ENCRYPTED = 1;
    private static final int ZIP_64_FIELD = 1;

    /** Room for 100,000 entries, a hundred times those of the largest Swin. */
    private static final long MAX_LENGTH = 1 << 24;

    private final MappedFile file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * An entry.
     *
     * @param header where its header begins in the file
     * @param data where its bytes begin
     * @param length how many bytes there are
     * @param plain whether the bytes are the content, neither compressed nor encrypted
     */
    record Entry(String name, long header, long data, long length, boolean plain) {

        long end() {
            return data + length;
        }
    }

    private ZipDirectory(MappedFile file) {
        this.file = file;
    }

    static ZipDirectory read(MappedFile file) throws StateException {
        ZipDirectory directory = new ZipDirectory(file);
        directory.readAll();
        directory.checkOverlaps();
        return directory;
    }

    /** The names of all entries, in the order of the directory. */
    Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** An entry whose bytes are its content, or null if there is none of this name. */
    Entry find(String name) throws StateException {
        Entry entry = entries.get(name);
        if (entry != null && !entry.plain()) {
            throw refused(name, "is compressed or encrypted, PyTorch stores entries as they are");
        }
        return entry;
    }

    private void readAll() throws StateException {
        long end = findEnd();
        ByteBuffer record = file.map(end, END);
        long count = unsigned(record.getShort(10));
        long length = unsigned(record.getInt(12));
        long start = unsigned(record.getInt(16));
        if (end >= LOCATOR_64) {
            ByteBuffer locator = file.map(end - LOCATOR_64, LOCATOR_64);
            if (locator.getInt(0) == 0x07064b50) {
                ByteBuffer wide = file.map(locator.getLong(8), END_64);
                if (wide.getInt(0) != 0x06064b50) {
                    throw damaged("its 64-bit end record is missing");
                }
                count = agree(count, SATURATED_COUNT, wide.getLong(32));
                length = agree(length, SATURATED, wide.getLong(40));
                start = agree(start, SATURATED, wide.getLong(48));
            }
        }
        if (length < 0 || start < 0 || start > end - length) {
            throw damaged("its directory lies outside of the file");
        }
        if (length > MAX_LENGTH) {
            throw damaged("its directory has " + length + " bytes, at most " + MAX_LENGTH);
        }
        if (count < 0 || count > length / ENTRY) {
            throw damaged(count + " entries do not fit its directory of " + length + " bytes");
        }
        ByteBuffer directory = file.map(start, (int) length);
        for (long i = 0; i < count; i++) {
            Entry entry = readEntry(directory, start);
            if (entries.put(entry.name(), entry) != null) {
                throw damaged("two entries are named " + Printable.text(entry.name()));
            }
        }
    }

    private long findEnd() throws StateException {
        int length = (int) Math.min(file.size(), END + MAX_COMMENT);
        long start = file.size() - length;
        ByteBuffer tail = file.map(start, length);
        for (int i = length - END; i >= 0; i--) {
            if (tail.getInt(i) == 0x06054b50
                    && unsigned(tail.getShort(i + 20)) == length - END - i) {
                return start + i;
            }
        }
        throw new StateException(
                file.path(), "is truncated: a zip file whose end, with its directory, is missing");
    }

    /** The 32-bit value is either full, and the 64-bit one counts, or both are equal. */
    private long agree(long narrow, long saturated, long wide) throws StateException {
        if (narrow != saturated && narrow != wide) {
            throw damaged("its end records contradict each other");
        }
        return wide;
    }

    private Entry readEntry(ByteBuffer directory, long start) throws StateException {
        if (directory.remaining() < ENTRY || directory.getInt(directory.position()) != 0x02014b50) {
            throw damaged("its directory has fewer entries than it says");
        }
        ByteBuffer fixed = slice(directory, ENTRY);
        ByteBuffer rawName = slice(directory, unsigned(fixed.getShort(28)));
        ByteBuffer extra = slice(directory, unsigned(fixed.getShort(30)));
        slice(directory, unsigned(fixed.getShort(32)));
        String name = StandardCharsets.UTF_8.decode(rawName.duplicate()).toString();
        long length = unsigned(fixed.getInt(24));
        long stored = unsigned(fixed.getInt(20));
        long header = unsigned(fixed.getInt(42));
        ByteBuffer wide = wide(extra);
        length = length == SATURATED ? next(wide) : length;
        stored = stored == SATURATED ? next(wide) : stored;
        header = header == SATURATED ? next(wide) : header;
        boolean plain =
                fixed.getShort(10) == 0 && stored == length && (fixed.getShort(8) & ENCRYPTED) == 0;
        int nameLength = rawName.remaining();
        if (stored < 0 || header < 0 || header > start - LOCAL - nameLength) {
            throw refused(name, "lies outside of the file");
        }
        ByteBuffer local = file.copy(header, LOCAL + nameLength);
        long data = header + LOCAL + nameLength + unsigned(local.getShort(28));
        if (local.getInt(0) != 0x04034b50
                || unsigned(local.getShort(26)) != nameLength
                || data > start - stored
                || !local.slice(LOCAL, nameLength).equals(rawName)) {
            throw refused(name, "has a header that contradicts the directory");
        }
        return new Entry(name, header, data, stored, plain);
    }

    private ByteBuffer slice(ByteBuffer source, int length) throws StateException {
        if (source.remaining() < length) {
            throw damaged("its directory ends within an entry");
        }
        ByteBuffer part = source.slice(source.position(), length).order(source.order());
        source.position(source.position() + length);
        return part;
    }

    /** The field with sizes that 32 bits do not hold; empty if there is none. */
    private ByteBuffer wide(ByteBuffer extra) throws StateException {
        while (extra.remaining() >= 4) {
            int id = extra.getShort();
            ByteBuffer field = slice(extra, unsigned(extra.getShort()));
            if (id == ZIP_64_FIELD) {
                return field;
            }
        }
        return ByteBuffer.allocate(0);
    }

    private long next(ByteBuffer wide) throws StateException {
        if (wide.remaining() < Long.BYTES) {
            throw damaged("an entry lacks its 64-bit size");
        }
        return wide.getLong();
    }

    private void checkOverlaps() throws StateException {
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingLong(Entry::header));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).header() < sorted.get(i - 1).end()) {
                throw refused(sorted.get(i).name(), "overlaps " + sorted.get(i - 1).name());
            }
        }
    }

    private static int unsigned(short value) {
        return Short.toUnsignedInt(value);
    }

    private static long unsigned(int value) {
        return Integer.toUnsignedLong(value);
    }

    private StateException damaged(String problem) {
        return new StateException(file.path(), "is a damaged zip file: " + problem);
    }

    private StateException refused(String name, String problem) {
        return new StateException(
                file.path(), "entry " + Printable.text(name) + " " + Printable.text(problem));
    }
}
