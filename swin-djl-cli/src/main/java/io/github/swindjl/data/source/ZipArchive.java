// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.tar.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads the directory and the members of zip archives, those beyond 4 GiB and 65535 members
 * included, as PKWARE's APPNOTE.TXT describes them. The JDK's reader keeps a table of all members
 * on the heap for as long as an archive is open; here nothing is kept.
 */
final class ZipArchive {

    /** Among a member's numbers: it is not compressed. */
    static final long NOT_COMPRESSED = -1;

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int LOCATOR64_SIGNATURE = 0x07064b50;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int END_LENGTH = 22;
    private static final int LOCATOR64_LENGTH = 20;
    private static final int END64_LENGTH = 56;
    private static final int ENTRY_LENGTH = 46;
    private static final int LOCAL_LENGTH = 30;
    private static final int MAX_COMMENT = 0xffff;
    private static final long IN_EXTRA = 0xffffffffL;

    private ZipArchive() {}

    /** Takes the members of an archive, in the order of its directory. */
    interface Visitor {

        /**
         * Takes a file.
         *
         * @param name its path in the archive
         * @param header where its header begins
         * @param stored how many bytes it takes in the archive
         * @param plain how many bytes it has, or {@link #NOT_COMPRESSED}
         */
        void member(String name, long header, long stored, long plain) throws IOException;
    }

    /**
     * Visits all files of an archive.
     *
     * @throws DataException if it is no zip archive, ends early, or uses what is not supported
     */
    static void visit(Path archive, Visitor visitor) throws IOException {
        try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
            Directory directory = directory(archive, channel);
            if (directory.from() < 0
                    || directory.length() < 0
                    || directory.from() + directory.length() > channel.size()
                    || directory.length() > Integer.MAX_VALUE) {
                throw damaged(archive, "its directory lies outside of it");
            }
            ByteBuffer all =
                    channel.map(FileChannel.MapMode.READ_ONLY, directory.from(), directory.length())
                            .order(ByteOrder.LITTLE_ENDIAN);
            while (all.remaining() >= ENTRY_LENGTH) {
                entry(archive, all, visitor);
            }
        }
    }

    private static void entry(Path archive, ByteBuffer all, Visitor visitor) throws IOException {
        int at = all.position();
        int method = all.getShort(at + 10) & 0xffff;
        long stored = all.getInt(at + 20) & IN_EXTRA;
        long plain = all.getInt(at + 24) & IN_EXTRA;
        int nameLength = all.getShort(at + 28) & 0xffff;
        int extraLength = all.getShort(at + 30) & 0xffff;
        int commentLength = all.getShort(at + 32) & 0xffff;
        long header = all.getInt(at + 42) & IN_EXTRA;
        int next = at + ENTRY_LENGTH + nameLength + extraLength + commentLength;
        if (all.getInt(at) != ENTRY_SIGNATURE || next > all.limit()) {
            throw damaged(archive, "its directory has a wrong entry at byte " + at);
        }
        byte[] text = new byte[nameLength];
        all.get(at + ENTRY_LENGTH, text);
        String name = new String(text, StandardCharsets.UTF_8);
        int extra = at + ENTRY_LENGTH + nameLength;
        for (int end = extra + extraLength; extra + 4 <= end; ) {
            int length = all.getShort(extra + 2) & 0xffff;
            if (all.getShort(extra) == 1 && extra + 4 + length <= end) {
                int value = extra + 4;
                if (plain == IN_EXTRA) {
                    plain = all.getLong(value);
                    value += Long.BYTES;
                }
                if (stored == IN_EXTRA) {
                    stored = all.getLong(value);
                    value += Long.BYTES;
                }
                if (header == IN_EXTRA) {
                    header = all.getLong(value);
                }
            }
            extra += 4 + length;
        }
        boolean encrypted = (all.getShort(at + 8) & 1) != 0;
        all.position(next);
        if (name.endsWith("/")) {
            return;
        }
        if (encrypted || method != 0 && method != 8) {
            throw new DataException(
                    archive
                            + ", member "
                            + name
                            + ", is "
                            + (encrypted ? "encrypted" : "compressed by method " + method)
                            + ", expected a member that is stored or deflated. Pack the archive"
                            + " anew");
        }
        visitor.member(name, header, stored, method == 0 ? NOT_COMPRESSED : plain);
    }

    /** Returns a member's content. */
    static byte[] content(FileChannel channel, long header, int stored, long plain)
            throws IOException {
        ByteBuffer local =
                ByteBuffer.wrap(Bytes.read(channel, header, LOCAL_LENGTH))
                        .order(ByteOrder.LITTLE_ENDIAN);
        if (local.getInt(0) != LOCAL_SIGNATURE) {
            throw new IOException("there is no member at byte " + header);
        }
        long from =
                header
                        + LOCAL_LENGTH
                        + (local.getShort(26) & 0xffff)
                        + (local.getShort(28) & 0xffff);
        byte[] bytes = Bytes.read(channel, from, stored);
        return plain == NOT_COMPRESSED ? bytes : inflated(bytes, Math.toIntExact(plain));
    }

    private static byte[] inflated(byte[] bytes, int length) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes);
            byte[] plain = new byte[length];
            int done = 0;
            while (done < length) {
                int more = inflater.inflate(plain, done, length - done);
                if (more == 0) {
                    throw new IOException("its compressed data end early");
                }
                done += more;
            }
            return plain;
        } catch (DataFormatException e) {
            throw new IOException("its compressed data are damaged", e);
        } finally {
            inflater.end();
        }
    }

    /** Where the list of members is. */
    private record Directory(long from, long length) {}

    private static Directory directory(Path archive, FileChannel channel) throws IOException {
        int tail = (int) Math.min(channel.size(), END_LENGTH + MAX_COMMENT + LOCATOR64_LENGTH);
        long from = channel.size() - tail;
        ByteBuffer end =
                ByteBuffer.wrap(Bytes.read(channel, from, tail)).order(ByteOrder.LITTLE_ENDIAN);
        int at = tail - END_LENGTH;
        while (at >= 0
                && !(end.getInt(at) == END_SIGNATURE
                        && at + END_LENGTH + (end.getShort(at + 20) & 0xffff) == tail)) {
            at--;
        }
        if (at < 0) {
            throw damaged(archive, "its end is missing");
        }
        Directory small =
                new Directory(end.getInt(at + 16) & IN_EXTRA, end.getInt(at + 12) & IN_EXTRA);
        int locator = at - LOCATOR64_LENGTH;
        if (locator < 0 || end.getInt(locator) != LOCATOR64_SIGNATURE) {
            return small;
        }
        ByteBuffer large =
                ByteBuffer.wrap(Bytes.read(channel, end.getLong(locator + 8), END64_LENGTH))
                        .order(ByteOrder.LITTLE_ENDIAN);
        if (large.getInt(0) != END64_SIGNATURE) {
            throw damaged(archive, "the end of its large form is missing");
        }
        return new Directory(large.getLong(48), large.getLong(40));
    }

    private static DataException damaged(Path archive, String what) {
        return new DataException(archive + " is no whole zip archive: " + what + ". Get it again");
    }
}
