// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The element types of the safetensors format, under the names that its header uses.
 *
 * <p>Every type is known by name and size, so that files holding it can be listed, checked and
 * copied; {@link #widens()} tells which of them can be read as float32.
 */
public enum TensorType {
    /** One byte per truth value. */
    BOOL(8),
    /** 4-bit floating point. */
    F4(4),
    /** 6-bit floating point, 2 exponent bits. */
    F6_E2M3(6),
    /** 6-bit floating point, 3 exponent bits. */
    F6_E3M2(6),
    /** Unsigned 8-bit integer. */
    U8(8),
    /** Signed 8-bit integer. */
    I8(8),
    /** 8-bit floating point, 5 exponent bits. */
    F8_E5M2(8),
    /** 8-bit floating point, 4 exponent bits. */
    F8_E4M3(8),
    /** 8-bit floating point, 5 exponent bits, no infinities, one zero. */
    F8_E5M2FNUZ(8),
    /** 8-bit floating point, 4 exponent bits, no infinities, one zero. */
    F8_E4M3FNUZ(8),
    /** 8-bit power of two. */
    F8_E8M0(8),
    /** Signed 16-bit integer. */
    I16(16),
    /** Unsigned 16-bit integer. */
    U16(16),
    /** IEEE 754 half precision. */
    F16(16),
    /** The upper half of a float32. */
    BF16(16),
    /** Signed 32-bit integer. */
    I32(32),
    /** Unsigned 32-bit integer. */
    U32(32),
    /** IEEE 754 single precision. */
    F32(32),
    /** Complex number of two float32. */
    C64(64),
    /** IEEE 754 double precision. */
    F64(64),
    /** Signed 64-bit integer. */
    I64(64),
    /** Unsigned 64-bit integer. */
    U64(64);

    private final int bits;

    TensorType(int bits) {
        this.bits = bits;
    }

    /**
     * Returns the size of one element.
     *
     * @return bits per element
     */
    public int bits() {
        return bits;
    }

    /**
     * Returns whether elements of this type can be read as float32.
     *
     * @return true for F64, F32, F16 and BF16
     */
    public boolean widens() {
        return switch (this) {
            case F64, F32, F16, BF16 -> true;
            default -> false;
        };
    }

    /**
     * Looks a type up by its name in the format.
     *
     * @param name the name, case-sensitive
     * @return the type, or empty for a name that the format does not have
     */
    public static Optional<TensorType> named(String name) {
        for (TensorType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** Reads {@code count} elements from the buffer's position on, as float32. */
    void readFloats(ByteBuffer source, float[] target, int from, int count) {
        switch (this) {
            case F32 -> source.asFloatBuffer().get(target, from, count);
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    target[from + i] = (float) source.getDouble();
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    target[from + i] = halfToFloat(source.getShort());
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    target[from + i] = Float.intBitsToFloat(source.getShort() << 16);
                }
            }
            default -> throw new IllegalArgumentException(this + " does not widen to float32");
        }
    }

    /** The value of an IEEE 754 half; float32 holds every one of them exactly. */
    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
        }
        int wide = exponent == 0x1f ? 0xff : exponent + 112;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }
}
