// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable list of strings, kept as their UTF-8 bytes in one array: four bytes of overhead per
 * string where an object would take sixty. Holds up to two gibibytes of text.
 */
final class NameList {

    private final byte[] text;
    private final int[] ends;

    private NameList(byte[] text, int[] ends) {
        this.text = text;
        this.ends = ends;
    }

    int size() {
        return ends.length;
    }

    String get(int index) {
        check(index);
        int start = index == 0 ? 0 : ends[index - 1];
        return new String(text, start, ends[index] - start, StandardCharsets.UTF_8);
    }

    void check(int index) {
        Objects.checkIndex(index, ends.length);
    }

    /** Collects strings. Confined to one thread. */
    static final class Builder {

        private byte[] text = new byte[1 << 10];
        private int[] ends = new int[1 << 6];
        private int size;

        void add(String name) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            int start = size == 0 ? 0 : ends[size - 1];
            int end = Math.addExact(start, bytes.length);
            if (end > text.length) {
                text = Arrays.copyOf(text, grown(end));
            }
            if (size == ends.length) {
                ends = Arrays.copyOf(ends, grown(size + 1));
            }
            System.arraycopy(bytes, 0, text, start, bytes.length);
            ends[size++] = end;
        }

        int size() {
            return size;
        }

        NameList build() {
            int end = size == 0 ? 0 : ends[size - 1];
            return new NameList(Arrays.copyOf(text, end), Arrays.copyOf(ends, size));
        }

        private static int grown(int needed) {
            return (int) Math.min(Integer.MAX_VALUE - 8L, needed + (needed >> 1) + 16L);
        }
    }
}
