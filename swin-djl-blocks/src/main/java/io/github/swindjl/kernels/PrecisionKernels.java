// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** One function in every precision, which is its constant {@code precision}. Thread-safe. */
public final class PrecisionKernels {

    private final Map<Precision, Kernel> kernels = new EnumMap<>(Precision.class);

    /**
     * Finds the kernels of a resource and its constants.
     *
     * @param owner the class beside which the resource lies
     * @param resource the file name of the text
     * @param constants the other constants, see {@link Kernel#of}
     * @throws IllegalArgumentException as {@link Kernel#of}
     */
    public PrecisionKernels(Class<?> owner, String resource, Map<String, ?> constants) {
        for (Precision precision : Precision.values()) {
            Map<String, Object> baked = new HashMap<>(constants);
            baked.put("precision", precision);
            kernels.put(precision, Kernel.of(owner, resource, baked));
        }
    }

    /**
     * Returns the kernel of a precision.
     *
     * @param precision of the heavy products
     * @return the kernel
     */
    public Kernel in(Precision precision) {
        return kernels.get(precision);
    }
}
