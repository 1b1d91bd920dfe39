// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.Precision;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** One function of this package in every precision. */
final class PrecisionKernels {

    private final Map<Precision, Kernel> kernels = new EnumMap<>(Precision.class);

    PrecisionKernels(String resource, Map<String, ?> constants) {
        for (Precision precision : Precision.values()) {
            Map<String, Object> baked = new HashMap<>(constants);
            baked.put("precision", precision);
            kernels.put(precision, Kernel.of(PrecisionKernels.class, resource, baked));
        }
    }

    Kernel in(Precision precision) {
        return kernels.get(precision);
    }
}
