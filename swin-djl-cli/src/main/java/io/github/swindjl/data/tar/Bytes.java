// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.tar;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads stretches of files. Without state. */
public final class Bytes {

    private Bytes() {}

    /**
     * Fills a buffer up to its limit.
     *
     * @param channel the file
     * @param from where to begin
     * @param into filled from its position to its limit
     * @throws EOFException if the file ends before
     * @throws IOException if it cannot be read
     */
    public static void readFully(FileChannel channel, long from, ByteBuffer into)
            throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int read = channel.read(into, at);
            if (read < 0) {
                throw new EOFException(
                        "it ends at byte " + channel.size() + ", within what begins at " + from);
            }
            at += read;
        }
    }

    /**
     * Reads bytes.
     *
     * @param channel the file
     * @param from where to begin
     * @param length how many
     * @return the bytes
     * @throws EOFException if the file ends before
     * @throws IOException if it cannot be read
     */
    public static byte[] read(FileChannel channel, long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        readFully(channel, from, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
