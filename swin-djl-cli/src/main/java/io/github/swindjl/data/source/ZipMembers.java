// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The members of a zip archive, to be found by name: packed, and in a table with open addressing,
 * about 40 bytes and the name for each. Confined to one thread.
 */
final class ZipMembers {

    private static final int NUMBERS = 3;

    private byte[] text = new byte[1 << 12];
    private int[] ends = new int[1 << 8];
    private long[] numbers = new long[NUMBERS << 8];
    private int size;
    private int[] table = new int[0];

    private ZipMembers() {}

    static ZipMembers of(Path archive) throws IOException {
        ZipMembers members = new ZipMembers();
        ZipArchive.visit(archive, members::add);
        members.table = new int[Integer.highestOneBit(Math.max(1, members.size)) * 4];
        for (int i = 0; i < members.size; i++) {
            int slot = members.slot(members.bytes(i));
            members.table[slot] = i + 1;
        }
        return members;
    }

    private void add(String name, long header, long stored, long plain) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int start = size == 0 ? 0 : ends[size - 1];
        int end = Math.addExact(start, bytes.length);
        if (end > text.length) {
            text = Arrays.copyOf(text, Math.max(end, text.length + (text.length >> 1)));
        }
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, size + (size >> 1));
            numbers = Arrays.copyOf(numbers, NUMBERS * ends.length);
        }
        System.arraycopy(bytes, 0, text, start, bytes.length);
        numbers[NUMBERS * size] = header;
        numbers[NUMBERS * size + 1] = stored;
        numbers[NUMBERS * size + 2] = plain;
        ends[size++] = end;
    }

    private byte[] bytes(int member) {
        return Arrays.copyOfRange(text, member == 0 ? 0 : ends[member - 1], ends[member]);
    }

    /** The place of a name, or the free one where it belongs. */
    private int slot(byte[] name) {
        int hash = Arrays.hashCode(name) * 0x9e3779b9;
        int slot = (hash >>> 1) % table.length;
        while (table[slot] != 0 && !Arrays.equals(bytes(table[slot] - 1), name)) {
            slot = (slot + 1) % table.length;
        }
        return slot;
    }

    /** Returns the number of a member, or -1 if there is none of that name. */
    int find(String name) {
        return table[slot(name.getBytes(StandardCharsets.UTF_8))] - 1;
    }

    String name(int member) {
        return new String(bytes(member), StandardCharsets.UTF_8);
    }

    long header(int member) {
        return numbers[NUMBERS * member];
    }

    long stored(int member) {
        return numbers[NUMBERS * member + 1];
    }

    long plain(int member) {
        return numbers[NUMBERS * member + 2];
    }
}
