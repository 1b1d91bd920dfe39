// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.EOFException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.razorvine.pickle.PickleException;

/**
 * The bytes of one or more pickles. Its end is an error, and lengths are compared with what is left
 * before anyone allocates memory for them.
 */
final class PickleInput extends InputStream {

    private final ByteBuffer source;

    PickleInput(ByteBuffer source) {
        this.source = source;
    }

    /** How many bytes were read. */
    int position() {
        return source.position();
    }

    @Override
    public int read() throws EOFException {
        require(1);
        return source.get() & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int count) throws EOFException {
        require(count);
        source.get(target, from, count);
        return count;
    }

    private void require(int count) throws EOFException {
        if (source.remaining() < count) {
            throw new EOFException();
        }
    }

    /** Checks the length, of so many bytes, that comes next, without reading it. */
    void checkLength(int width) throws EOFException {
        require(width);
        long length = 0;
        for (int i = width - 1; i >= 0; i--) {
            length = length << Byte.SIZE | source.get(source.position() + i) & 0xff;
        }
        if (length < 0 || length > source.remaining() - width) {
            throw new PickleException(
                    "announces "
                            + Long.toUnsignedString(length)
                            + " bytes where "
                            + (source.remaining() - width)
                            + " are left");
        }
    }

    /** Checks that a line of at most so many bytes comes next, without reading it. */
    void checkLine(int limit) throws EOFException {
        for (int i = 0; i <= limit; i++) {
            require(i + 1);
            if (source.get(source.position() + i) == '\n') {
                return;
            }
        }
        throw new PickleException("has a line of more than " + limit + " bytes");
    }

    /** Reads a line of at most so many bytes, without its end. */
    String line(int limit) throws EOFException {
        checkLine(limit);
        byte[] text = new byte[limit];
        int length = 0;
        for (int next = read(); next != '\n'; next = read()) {
            text[length++] = (byte) next;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }
}
