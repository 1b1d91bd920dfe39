// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import javax.imageio.stream.ImageInputStreamImpl;

/** An image stream over an array that remembers whether its reader asked for more than there is. */
final class MemoryInput extends ImageInputStreamImpl {

    private final byte[] data;
    private boolean exhausted;

    MemoryInput(byte[] data) {
        this.data = data;
    }

    /** Whether a read found no byte left: the sign of a truncated file. */
    boolean exhausted() {
        return exhausted;
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= data.length) {
            exhausted = true;
            return -1;
        }
        return data[(int) streamPos++] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        if (streamPos >= data.length) {
            exhausted = true;
            return -1;
        }
        int count = (int) Math.min(length, data.length - streamPos);
        System.arraycopy(data, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return data.length;
    }
}
