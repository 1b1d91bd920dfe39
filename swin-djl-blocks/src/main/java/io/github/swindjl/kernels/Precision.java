// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import java.util.Locale;

/**
 * What numbers the heavy products are computed in.
 *
 * <p>Parameters, normalisations, softmax, losses and gradients stay float32 in every policy; linear
 * layers and attention products use the named type. Immutable, thread-safe.
 */
public enum Precision {
    /** 32-bit floating point throughout: the reference, and the default on CPUs. */
    FP32(6),
    /** bfloat16 products: float32's range with 8 bits of precision; needs no loss scaling. */
    BF16(15),
    /** IEEE half products: 11 bits of precision, range to 65504; training needs loss scaling. */
    FP16(5);

    private final int scriptType;

    Precision(int scriptType) {
        this.scriptType = scriptType;
    }

    /**
     * Returns the number TorchScript knows this type by.
     *
     * @return the scalar type constant of ATen
     */
    public int scriptType() {
        return scriptType;
    }

    /**
     * Finds a precision by its name, in any case.
     *
     * @param name one of {@code fp32}, {@code bf16}, {@code fp16}
     * @return the precision
     * @throws IllegalArgumentException if the name is none of them
     */
    public static Precision of(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Unknown precision '" + name + "': expected fp32, bf16 or fp16.", e);
        }
    }
}
