// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.util.Arrays;
import java.util.Objects;

/**
 * What a state dictionary says of one tensor, without its values. Immutable.
 *
 * @param name the name in the dictionary
 * @param type the element type
 * @param shape the dimensions, outermost first; empty for a scalar
 * @param offset where the first value lies, in bytes from the start of the file that holds it
 * @param length how many bytes the values take, row-major and without gaps
 */
public record TensorInfo(String name, TensorType type, long[] shape, long offset, long length) {

    /** No library that writes such files goes beyond 64 dimensions. */
    static final int MAX_DIMENSIONS = 64;

    /**
     * Checks the length against shape and type.
     *
     * @param name the name in the dictionary
     * @param type the element type
     * @param shape the dimensions, copied
     * @param offset where the first value lies, in bytes from the start of the file that holds it
     * @param length how many bytes the values take, row-major and without gaps
     * @throws IllegalArgumentException if the length is not what shape and type need
     */
    public TensorInfo {
        Objects.requireNonNull(name, "name");
        shape = shape.clone();
        long expected = byteLength(type, shape);
        if (length != expected || offset < 0) {
            throw new IllegalArgumentException(
                    "Tensor "
                            + name
                            + ": "
                            + length
                            + " bytes at offset "
                            + offset
                            + ", but "
                            + type
                            + Arrays.toString(shape)
                            + " takes "
                            + expected
                            + " bytes");
        }
    }

    /**
     * Returns the dimensions.
     *
     * @return a copy
     */
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Returns the number of elements.
     *
     * @return the product of the dimensions, 1 for a scalar
     */
    public long elements() {
        return elements(shape);
    }

    /**
     * Returns how many bytes a tensor takes.
     *
     * @param type the element type
     * @param shape the dimensions
     * @return the number of bytes
     * @throws IllegalArgumentException if a dimension is negative, the product does not fit 64 bits
     *     or the elements do not fill whole bytes
     */
    public static long byteLength(TensorType type, long... shape) {
        long bits;
        try {
            bits = Math.multiplyExact(elements(shape), type.bits());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "Shape " + Arrays.toString(shape) + " of " + type + " overflows 64 bits", e);
        }
        if (bits % Byte.SIZE != 0) {
            throw new IllegalArgumentException(
                    "Shape " + Arrays.toString(shape) + " of " + type + " ends within a byte");
        }
        return bits / Byte.SIZE;
    }

    /** Refuses a range of bytes, counted from the tensor's own start, that leaves the tensor. */
    void checkRange(long from, int count) {
        if (from < 0 || count < 0 || from > length - count) {
            throw new IllegalArgumentException(
                    "Tensor "
                            + name
                            + " has "
                            + length
                            + " bytes, asked for "
                            + count
                            + " from "
                            + from);
        }
    }

    static long elements(long... shape) {
        long product = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException(
                        "Shape " + Arrays.toString(shape) + " has a negative dimension");
            }
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorInfo that
                && name.equals(that.name)
                && type == that.type
                && Arrays.equals(shape, that.shape)
                && offset == that.offset
                && length == that.length;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, type, Arrays.hashCode(shape), offset, length);
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }
}
