// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A tensor whose neighbours may lie apart in the file; gathered when it is read. */
final class StridedView {

    /** What a tensor of repeated values may take although its file is smaller. */
    private static final long REPEATED = 1L << 26;

    private static final long MAX_SPAN = 1L << 24;

    private final TensorInfo info;
    private final long[] shape;
    private final long[] strides;
    private final boolean contiguous;

    private StridedView(TensorInfo info, long[] strides) {
        this.info = info;
        this.shape = info.shape();
        this.strides = strides;
        this.contiguous = contiguous(shape, strides);
    }

    /**
     * Places a tensor in a file and checks that it stays within its storage.
     *
     * @param name the tensor's name
     * @param tensor what the pickle says
     * @param position where the storage begins in the file
     * @param available how many bytes the storage has
     * @param fileSize how many bytes the file has
     * @throws IllegalArgumentException if the tensor does not fit
     */
    static StridedView of(
            String name, TorchTensor tensor, long position, long available, long fileSize) {
        long[] shape = tensor.shape();
        long length = TensorInfo.byteLength(tensor.type(), shape);
        int size = tensor.type().bits() / Byte.SIZE;
        if (length == 0) {
            return new StridedView(
                    new TensorInfo(name, tensor.type(), shape, position, 0), new long[0]);
        }
        long end = end(tensor);
        if (end > available / size) {
            throw new IllegalArgumentException(
                    "reaches element "
                            + end
                            + " of a storage that has "
                            + available / size
                            + " elements");
        }
        if (length > Math.max(fileSize, REPEATED)) {
            throw new IllegalArgumentException(
                    "repeats its values to "
                            + length
                            + " bytes, more than the whole file's "
                            + fileSize);
        }
        return new StridedView(
                new TensorInfo(
                        name, tensor.type(), shape, position + tensor.first() * size, length),
                tensor.strides());
    }

    /** The number of elements from the start of the storage to the last value. */
    private static long end(TorchTensor tensor) {
        long[] shape = tensor.shape();
        long[] strides = tensor.strides();
        if (strides.length != shape.length) {
            throw new IllegalArgumentException(
                    "has " + shape.length + " dimensions but " + strides.length + " strides");
        }
        if (tensor.first() < 0) {
            throw new IllegalArgumentException("begins at the negative offset " + tensor.first());
        }
        try {
            long last = tensor.first();
            for (int i = 0; i < shape.length; i++) {
                if (strides[i] < 0) {
                    throw new IllegalArgumentException("has the negative stride " + strides[i]);
                }
                last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
            }
            return Math.addExact(last, 1);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("has strides that overflow 64 bits", e);
        }
    }

    private static boolean contiguous(long[] shape, long[] strides) {
        long expected = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != expected) {
                return false;
            }
            expected *= shape[i];
        }
        return true;
    }

    TensorInfo info() {
        return info;
    }

    /** The tensor's bytes in row-major order: mapped where they lie so, otherwise copied. */
    ByteBuffer read(MappedFile file, long offset, int length) throws StateException {
        info.checkRange(offset, length);
        return contiguous ? file.map(info.offset() + offset, length) : gather(file, offset, length);
    }

    /** Fills a buffer with a part of the tensor's bytes in row-major order. */
    void read(MappedFile file, long offset, ByteBuffer target) throws StateException {
        info.checkRange(offset, target.remaining());
        if (contiguous) {
            file.read(info.offset() + offset, target);
        } else {
            target.put(gather(file, offset, target.remaining()));
        }
    }

    private ByteBuffer gather(MappedFile file, long offset, int length) throws StateException {
        int size = info.type().bits() / Byte.SIZE;
        long from = offset / size;
        long to = (offset + length + size - 1) / size;
        ByteBuffer target = ByteBuffer.allocate(Math.toIntExact((to - from) * size));
        target.order(ByteOrder.LITTLE_ENDIAN);
        int inner = shape.length - 1;
        long[] index = index(from);
        while (target.hasRemaining()) {
            long position = info.offset();
            for (int i = 0; i <= inner; i++) {
                position += index[i] * strides[i] * size;
            }
            long step = strides[inner] * size;
            long count = Math.min(shape[inner] - index[inner], target.remaining() / size);
            count = Math.min(count, 1 + (MAX_SPAN - size) / Math.max(step, 1));
            copy(file.copy(position, (int) ((count - 1) * step) + size), (int) count, size, target);
            advance(index, count);
        }
        return target.flip()
                .slice((int) (offset - from * size), length)
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void copy(ByteBuffer source, int count, int size, ByteBuffer target) {
        int step = count == 1 ? 0 : (source.remaining() - size) / (count - 1);
        if (step == size) {
            target.put(source);
            return;
        }
        for (int i = 0; i < count; i++) {
            switch (size) {
                case Byte.BYTES -> target.put(source.get(i * step));
                case Short.BYTES -> target.putShort(source.getShort(i * step));
                case Integer.BYTES -> target.putInt(source.getInt(i * step));
                default -> target.putLong(source.getLong(i * step));
            }
        }
    }

    private long[] index(long element) {
        long[] index = new long[shape.length];
        long left = element;
        for (int i = shape.length - 1; i >= 0; i--) {
            index[i] = left % shape[i];
            left /= shape[i];
        }
        return index;
    }

    private void advance(long[] index, long count) {
        int i = index.length - 1;
        index[i] += count;
        while (i > 0 && index[i] == shape[i]) {
            index[i] = 0;
            index[--i]++;
        }
    }
}
