// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** A tensor whose values are made when they are asked for, row-major and little-endian. */
interface LazyTensor {

    TensorType type();

    long[] shape();

    /** Returns a part of the values, as {@link StateSource#bytes(String, long, int)} does. */
    ByteBuffer bytes(long offset, int length) throws StateException;

    /** Fills a buffer, as {@link StateSource#read} does. */
    default void read(long offset, ByteBuffer target) throws StateException {
        target.put(bytes(offset, target.remaining()));
    }

    /** Returns a part of the values in memory of its own. */
    default ByteBuffer copy(long offset, int length) throws StateException {
        ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        read(offset, copy);
        return copy.flip();
    }

    /** Makes all values of a tensor. */
    @FunctionalInterface
    interface Values {
        float[] get() throws StateException;
    }

    /** Returns the number of bytes. */
    default long length() {
        return TensorInfo.byteLength(type(), shape());
    }

    /** Returns all values as float32; the type must widen to it. */
    default float[] floats() throws StateException {
        int count = Math.toIntExact(TensorInfo.elements(shape()));
        float[] values = new float[count];
        type().readFloats(copy(0, Math.toIntExact(length())), values, 0, count);
        return values;
    }

    /** A tensor as it is in a file. */
    static LazyTensor of(StateSource source, String name) {
        return new StoredTensor(source, source.info(name));
    }

    /** Some entries of the first axis. */
    static LazyTensor rows(LazyTensor tensor, long first, long count) {
        long[] shape = tensor.shape();
        long row = tensor.length() / shape[0];
        shape[0] = count;
        return new SlicedTensor(tensor, shape, first * row);
    }

    /** Tensors of one type joined along the first axis. */
    static LazyTensor join(List<LazyTensor> parts) {
        return parts.size() == 1 ? parts.get(0) : new JoinedTensor(parts);
    }

    /** Zeros. */
    static LazyTensor zeros(TensorType type, long... shape) {
        int length = Math.toIntExact(TensorInfo.byteLength(type, shape));
        return new BytesTensor(type, shape, () -> ByteBuffer.allocate(length));
    }

    /** Computed float32 values. */
    static LazyTensor computed(long[] shape, Values values) {
        return new BytesTensor(
                TensorType.F32,
                shape,
                () -> {
                    float[] floats = values.get();
                    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(floats.length, 4));
                    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(floats);
                    return bytes;
                });
    }

    /** The integers given, as int64. */
    static LazyTensor integers(long[] shape, long... values) {
        return new BytesTensor(
                TensorType.I64,
                shape,
                () -> {
                    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, 8));
                    bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
                    return bytes;
                });
    }

    /**
     * The tensor with the entries of its last axis in another order: entry i of each row is the
     * former entry {@code order[i]}.
     */
    static LazyTensor reorder(LazyTensor tensor, int... order) {
        return new BytesTensor(
                tensor.type(),
                tensor.shape(),
                () -> {
                    int size = tensor.type().bits() / Byte.SIZE;
                    ByteBuffer from = tensor.copy(0, Math.toIntExact(tensor.length()));
                    ByteBuffer to = ByteBuffer.allocate(from.remaining());
                    for (int row = 0; row < to.capacity(); row += order.length * size) {
                        for (int column : order) {
                            to.put(from.slice(row + column * size, size));
                        }
                    }
                    return to.flip();
                });
    }

    /** A tensor as it is in a file. */
    record StoredTensor(StateSource source, TensorInfo info) implements LazyTensor {

        @Override
        public TensorType type() {
            return info.type();
        }

        @Override
        public long[] shape() {
            return info.shape();
        }

        @Override
        public ByteBuffer bytes(long offset, int length) throws StateException {
            return source.bytes(info.name(), offset, length);
        }

        @Override
        public void read(long offset, ByteBuffer target) throws StateException {
            source.read(info.name(), offset, target);
        }
    }

    /** A contiguous part of another tensor. */
    record SlicedTensor(LazyTensor whole, long[] shape, long start) implements LazyTensor {

        @Override
        public TensorType type() {
            return whole.type();
        }

        @Override
        public long[] shape() {
            return shape.clone();
        }

        @Override
        public ByteBuffer bytes(long offset, int length) throws StateException {
            return whole.bytes(start + offset, length);
        }

        @Override
        public void read(long offset, ByteBuffer target) throws StateException {
            whole.read(start + offset, target);
        }
    }

    /** Tensors one after the other. */
    record JoinedTensor(List<LazyTensor> parts) implements LazyTensor {

        public JoinedTensor {
            LazyTensor first = parts.get(0);
            for (LazyTensor part : parts) {
                if (part.type() != first.type() || !sameRows(part.shape(), first.shape())) {
                    throw new IllegalArgumentException(
                            "cannot be joined of "
                                    + first.type()
                                    + Arrays.toString(first.shape())
                                    + " and "
                                    + part.type()
                                    + Arrays.toString(part.shape()));
                }
            }
        }

        private static boolean sameRows(long[] a, long... b) {
            return a.length > 0
                    && a.length == b.length
                    && Arrays.equals(a, 1, a.length, b, 1, b.length);
        }

        @Override
        public TensorType type() {
            return parts.get(0).type();
        }

        @Override
        public long[] shape() {
            long[] shape = parts.get(0).shape();
            shape[0] = parts.stream().mapToLong(part -> part.shape()[0]).sum();
            return shape;
        }

        @Override
        public ByteBuffer bytes(long offset, int length) throws StateException {
            return copy(offset, length).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void read(long offset, ByteBuffer target) throws StateException {
            int end = target.limit();
            long last = offset + target.remaining();
            long start = 0;
            for (LazyTensor part : parts) {
                long from = Math.max(offset, start);
                long to = Math.min(last, start + part.length());
                if (from < to) {
                    target.limit(target.position() + (int) (to - from));
                    part.read(from - start, target);
                }
                start += part.length();
            }
            target.limit(end);
        }
    }

    /** A tensor made as a whole; a part costs as much as all of it. */
    record BytesTensor(TensorType type, long[] shape, Bytes content) implements LazyTensor {

        @FunctionalInterface
        interface Bytes {
            ByteBuffer get() throws StateException;
        }

        @Override
        public long[] shape() {
            return shape.clone();
        }

        @Override
        public ByteBuffer bytes(long offset, int length) throws StateException {
            return content.get()
                    .slice(Math.toIntExact(offset), length)
                    .asReadOnlyBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
