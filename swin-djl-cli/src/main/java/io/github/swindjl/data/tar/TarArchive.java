// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.tar;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Visits the files of uncompressed tar archives: those of POSIX (ustar and pax) and of GNU, long
 * names included. Without state.
 */
public final class TarArchive {

    /** Archives consist of blocks: a header, then the content, filled up to whole blocks. */
    private static final int BLOCK = 512;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;

    /** Longest name or attributes that are read. */
    private static final int MAX_TEXT = 1 << 20;

    private TarArchive() {}

    /** Takes the files of an archive in their order. */
    public interface Visitor {

        /**
         * Takes a file that is wholly there.
         *
         * @param name its path in the archive
         * @param offset where its content begins in the file that is read
         * @param size length of its content
         * @throws IOException if what it does with the file fails
         */
        void member(String name, long offset, long size) throws IOException;
    }

    /**
     * Tells whether a file begins with a tar header.
     *
     * @param channel the file
     * @return whether it does
     * @throws IOException if it cannot be read
     */
    public static boolean is(FileChannel channel) throws IOException {
        return channel.size() >= BLOCK && valid(Bytes.read(channel, 0, BLOCK));
    }

    /**
     * Visits all files.
     *
     * @param channel a file that is or holds the archive
     * @param from where the archive begins in the channel
     * @param end where it ends
     * @param visitor takes the files
     * @return what is wrong with the archive, if it is not whole; what came before was visited
     * @throws IOException if the file cannot be read, or from the visitor
     */
    public static Optional<String> visit(FileChannel channel, long from, long end, Visitor visitor)
            throws IOException {
        try {
            return walk(channel, from, end, visitor);
        } catch (NumberFormatException e) {
            return Optional.of("a header states a size that is no number");
        }
    }

    private static Optional<String> walk(FileChannel channel, long from, long end, Visitor visitor)
            throws IOException {
        long at = from;
        String longName = null;
        long longSize = -1;
        while (at + BLOCK <= end) {
            byte[] header = Bytes.read(channel, at, BLOCK);
            if (empty(header)) {
                return Optional.empty();
            }
            if (!valid(header)) {
                return Optional.of("it is damaged or no tar archive at byte " + (at - from));
            }
            long size = longSize >= 0 ? longSize : number(header);
            String name = longName != null ? longName : name(header);
            long content = at + BLOCK;
            if (size < 0 || size > end - content) {
                return Optional.of("it ends within " + name);
            }
            char type = (char) header[TYPE];
            if (type == 'L') {
                longName = text(channel, content, size).replace("\0", "");
            } else if (type == 'x') {
                String attributes = text(channel, content, size);
                longName = attribute(attributes, "path", longName);
                String stated = attribute(attributes, "size", null);
                longSize = stated == null ? -1 : Long.parseLong(stated);
            } else {
                if (type == '0' || type == 0 || type == '7') {
                    visitor.member(name, content, size);
                }
                longName = null;
                longSize = -1;
            }
            at = content + (size + BLOCK - 1) / BLOCK * BLOCK;
        }
        return Optional.of("it ends without the mark of its end");
    }

    private static boolean empty(byte[] header) {
        for (byte value : header) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** A header holds the sum of its bytes, with its own place taken for blanks. */
    private static boolean valid(byte[] header) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            sum += own ? ' ' : header[i] & 0xff;
        }
        try {
            return sum == octal(header, CHECKSUM, CHECKSUM_LENGTH);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static long number(byte[] header) {
        if (header[SIZE] >= 0) {
            return octal(header, SIZE, SIZE_LENGTH);
        }
        long value = 0;
        for (int i = SIZE + SIZE_LENGTH - Long.BYTES; i < SIZE + SIZE_LENGTH; i++) {
            value = value << 8 | header[i] & 0xff;
        }
        return value;
    }

    private static long octal(byte[] header, int from, int length) {
        String digits = field(header, from, length).strip();
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private static String name(byte[] header) {
        String name = field(header, NAME, NAME_LENGTH);
        boolean posix = field(header, MAGIC, 6).equals("ustar");
        String prefix = posix ? field(header, PREFIX, PREFIX_LENGTH) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** A field is text that a zero ends. */
    private static String field(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static String text(FileChannel channel, long from, long size) throws IOException {
        if (size > MAX_TEXT) {
            throw new EOFException("a name of " + size + " bytes at byte " + from);
        }
        return new String(Bytes.read(channel, from, (int) size), StandardCharsets.UTF_8);
    }

    /** Attributes are lines "length key=value"; the last one of a key holds. */
    private static String attribute(String attributes, String key, String otherwise) {
        String found = otherwise;
        for (String line : attributes.split("\n")) {
            int blank = line.indexOf(' ');
            if (line.startsWith(key + "=", blank + 1)) {
                found = line.substring(blank + 1 + key.length() + 1);
            }
        }
        return found;
    }
}
