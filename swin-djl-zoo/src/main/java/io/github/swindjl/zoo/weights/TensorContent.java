// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.function.Supplier;

/** Produces a tensor's values when they are written, so that no whole model is held in memory. */
@FunctionalInterface
public interface TensorContent {

    /**
     * Writes all values, little-endian and row-major, in as many pieces as needed.
     *
     * @param channel where to write; takes exactly the tensor's bytes
     * @throws IOException if the values cannot be read or written
     */
    void writeTo(WritableByteChannel channel) throws IOException;

    /**
     * Returns content that is one buffer, asked for at the time of writing.
     *
     * @param buffer gives a buffer whose remaining bytes are the values, little-endian
     * @return the content
     */
    static TensorContent of(Supplier<ByteBuffer> buffer) {
        return channel -> writeFully(channel, buffer.get().duplicate());
    }

    /**
     * Returns content of float32 values.
     *
     * @param values the values, row-major, not copied
     * @return the content
     */
    static TensorContent of(float... values) {
        return of(
                () -> {
                    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, 4));
                    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
                    return bytes;
                });
    }

    /**
     * Returns content copied from another dictionary, in parts.
     *
     * @param source the dictionary, open until the content is written
     * @param name the tensor in it
     * @return the content
     */
    static TensorContent from(StateSource source, String name) {
        return channel -> {
            long length = source.info(name).length();
            ByteBuffer part = ByteBuffer.allocateDirect((int) Math.min(1 << 26, length));
            for (long done = 0; done < length; done += part.capacity()) {
                part.clear().limit((int) Math.min(part.capacity(), length - done));
                source.read(name, done, part);
                writeFully(channel, part.flip());
            }
        };
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes)
            throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
