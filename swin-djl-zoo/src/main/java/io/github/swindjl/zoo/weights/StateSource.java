// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A state dictionary on disk, read lazily: the names and shapes are known at once, values are read
 * when asked for.
 *
 * <p>Implementations are safe for use by several threads. Closing releases the file; buffers handed
 * out before stay readable.
 */
public interface StateSource extends Closeable {

    /**
     * Returns the file behind this dictionary.
     *
     * @return the path, for messages
     */
    Path file();

    /**
     * Returns all files that this dictionary is read from.
     *
     * @return {@link #file()}, and after an index the files that it names
     */
    default List<Path> files() {
        return List.of(file());
    }

    /**
     * Returns all tensors.
     *
     * @return name to description, in the order of the file, unmodifiable
     */
    Map<String, TensorInfo> tensors();

    /**
     * Returns the free text that the file carries.
     *
     * @return key to value, unmodifiable, empty where the format has none
     */
    Map<String, String> metadata();

    /**
     * Returns a part of a tensor's values. A file that shrinks must not be read so.
     *
     * @param name the tensor
     * @param offset the first byte, counted from the tensor's own start
     * @param length how many bytes
     * @return a read-only little-endian buffer
     * @throws IllegalArgumentException if there is no such tensor or the range leaves it
     * @throws StateException if the file cannot be read
     */
    ByteBuffer bytes(String name, long offset, int length) throws StateException;

    /**
     * Fills a buffer with a part of a tensor's values, little-endian. Unlike {@link #bytes(String,
     * long, int)} this is safe with a file that others may make shorter.
     *
     * @param name the tensor
     * @param offset the first byte, counted from the tensor's own start
     * @param target filled from its position to its limit
     * @throws IllegalArgumentException if there is no such tensor or the range leaves it
     * @throws StateException if the file cannot be read
     */
    default void read(String name, long offset, ByteBuffer target) throws StateException {
        target.put(bytes(name, offset, target.remaining()));
    }

    /**
     * Returns a tensor's values.
     *
     * @param name the tensor
     * @return a read-only little-endian buffer
     * @throws IllegalArgumentException if there is no such tensor, or it takes 2 GiB or more and
     *     has to be read in parts
     * @throws StateException if the file cannot be read
     */
    default ByteBuffer bytes(String name) throws StateException {
        TensorInfo info = info(name);
        if (info.length() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "Tensor "
                            + name
                            + " takes "
                            + info.length()
                            + " bytes, more than one buffer holds; read it in parts");
        }
        return bytes(name, 0, (int) info.length());
    }

    /**
     * Returns a tensor's values as float32.
     *
     * @param name the tensor, of type F64, F32, F16 or BF16
     * @return all values, row-major
     * @throws IllegalArgumentException if there is no such tensor, its type does not widen to
     *     float32, or it has more elements than an array
     * @throws StateException if the file cannot be read
     */
    default float[] readFloats(String name) throws StateException {
        long elements = info(name).elements();
        if (elements > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalArgumentException(
                    "Tensor " + name + " has " + elements + " elements; read it in parts");
        }
        float[] values = new float[(int) elements];
        readFloats(name, 0, values);
        return values;
    }

    /**
     * Fills an array with a part of a tensor's values as float32.
     *
     * @param name the tensor, of type F64, F32, F16 or BF16
     * @param first the row-major index of the first element to read
     * @param target filled completely
     * @throws IllegalArgumentException if there is no such tensor, its type does not widen to
     *     float32, or the range leaves it
     * @throws StateException if the file cannot be read
     */
    default void readFloats(String name, long first, float[] target) throws StateException {
        TensorInfo info = info(name);
        if (!info.type().widens()) {
            throw new IllegalArgumentException(
                    "Tensor "
                            + name
                            + " has type "
                            + info.type()
                            + "; only F64, F32, F16 and BF16 can be read as float32");
        }
        if (first < 0 || first > info.elements() - target.length) {
            throw new IllegalArgumentException(
                    "Tensor "
                            + name
                            + " has "
                            + info.elements()
                            + " elements, asked for "
                            + target.length
                            + " from "
                            + first);
        }
        int size = info.type().bits() / Byte.SIZE;
        int part = Math.min(1 << 22, target.length);
        ByteBuffer bytes = ByteBuffer.allocateDirect(part * size).order(ByteOrder.LITTLE_ENDIAN);
        for (long done = 0; done < target.length; done += part) {
            int count = (int) Math.min(part, target.length - done);
            read(name, (first + done) * size, bytes.clear().limit(count * size));
            info.type().readFloats(bytes.flip(), target, (int) done, count);
        }
    }

    /**
     * Returns the description of a tensor that must exist.
     *
     * @param name the tensor
     * @return its description
     * @throws IllegalArgumentException if there is no such tensor
     */
    default TensorInfo info(String name) {
        TensorInfo info = tensors().get(name);
        if (info == null) {
            throw new IllegalArgumentException(file() + " has no tensor named " + name);
        }
        return info;
    }
}
