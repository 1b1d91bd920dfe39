// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import io.github.swindjl.kernels.Kernel;
import io.github.swindjl.kernels.PrecisionKernels;
import java.util.HashMap;
import java.util.Map;

/**
 * One function as passes want it: in every precision, its constant {@code precision}, and with
 * gradients of a fixed order or not, its constant {@code deterministic}. Thread-safe.
 */
public final class PassKernels {

    private final PrecisionKernels usual;
    private final PrecisionKernels deterministic;

    /**
     * Finds the kernels of a resource and its constants.
     *
     * @param owner the class beside which the resource lies
     * @param resource the file name of the text
     * @param constants the other constants, see {@link Kernel#of}
     * @throws IllegalArgumentException as {@link Kernel#of}
     */
    public PassKernels(Class<?> owner, String resource, Map<String, ?> constants) {
        usual = kernels(owner, resource, constants, false);
        deterministic = kernels(owner, resource, constants, true);
    }

    private static PrecisionKernels kernels(
            Class<?> owner, String resource, Map<String, ?> constants, boolean deterministic) {
        Map<String, Object> baked = new HashMap<>(constants);
        baked.put("deterministic", deterministic);
        return new PrecisionKernels(owner, resource, baked);
    }

    /**
     * Returns the kernel that a pass wants.
     *
     * @param pass a pass
     * @return the kernel
     */
    public Kernel of(Pass pass) {
        return (pass.deterministic() ? deterministic : usual).in(pass.precision());
    }
}
