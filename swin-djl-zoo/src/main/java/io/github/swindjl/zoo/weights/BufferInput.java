// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** A buffer's bytes as a stream. */
final class BufferInput extends InputStream {

    private final ByteBuffer source;

    BufferInput(ByteBuffer source) {
        this.source = source;
    }

    @Override
    public int read() {
        return source.hasRemaining() ? source.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int from, int count) {
        if (count == 0) {
            return 0;
        }
        if (!source.hasRemaining()) {
            return -1;
        }
        int read = Math.min(count, source.remaining());
        source.get(target, from, read);
        return read;
    }
}
