// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.util.PairList;
import io.github.swindjl.kernels.Precision;

/**
 * What one forward pass may be told through DJL's {@code params} argument.
 *
 * <p>Without options a pass computes in float32, and a training pass drops paths by a seed that
 * counts the passes of the network.
 */
public final class ForwardOptions {

    private static final String PRECISION = "swin.precision";
    private static final String DROP_PATH_SEED = "swin.dropPathSeed";
    private static final String PLAIN = "swin.plain";
    private static final String RECOMPUTATION = "swin.recomputation";
    private static final String DETERMINISTIC = "swin.deterministic";

    private ForwardOptions() {}

    /**
     * Returns the argument for a pass in a given precision.
     *
     * @param precision of linear layers and attention products
     * @return the argument of {@code Block.forward}
     */
    public static PairList<String, Object> of(Precision precision) {
        PairList<String, Object> params = new PairList<>();
        params.add(PRECISION, precision);
        return params;
    }

    /**
     * Returns the argument for a training pass whose dropped paths are determined.
     *
     * @param precision of linear layers and attention products
     * @param dropPathSeed the same seed and batch size drop the same paths
     * @return the argument of {@code Block.forward}
     */
    public static PairList<String, Object> of(Precision precision, long dropPathSeed) {
        PairList<String, Object> params = of(precision);
        params.add(DROP_PATH_SEED, dropPathSeed);
        return params;
    }

    /**
     * Returns the argument for a training pass that keeps less than gradients need.
     *
     * @param precision of linear layers and attention products
     * @param dropPathSeed the same seed and batch size drop the same paths
     * @param recomputation carries out the backward pass; for this pass only
     * @return the argument of {@code Block.forward}
     */
    public static PairList<String, Object> of(
            Precision precision, long dropPathSeed, Recomputation recomputation) {
        PairList<String, Object> params = of(precision, dropPathSeed);
        params.add(RECOMPUTATION, recomputation);
        return params;
    }

    /**
     * Returns the argument for a pass of inference by the plain kernels, those of training, even
     * where the device has faster ones: for comparing, and where no memory is to spare for a second
     * copy of the weights.
     *
     * @param precision of linear layers and attention products
     * @return the argument of {@code Block.forward}
     */
    public static PairList<String, Object> plain(Precision precision) {
        PairList<String, Object> params = of(precision);
        params.add(PLAIN, true);
        return params;
    }

    /**
     * Makes a training pass compute its gradients by operations that add in a fixed order on a GPU,
     * too: slower, equal up to rounding, and the same to the last bit each time.
     *
     * @param params the argument for a training pass
     * @return the same argument, changed
     */
    public static PairList<String, Object> deterministic(PairList<String, Object> params) {
        params.add(DETERMINISTIC, true);
        return params;
    }

    static boolean isDeterministic(PairList<String, Object> params) {
        return params != null && params.get(DETERMINISTIC) != null;
    }

    static boolean mayPrepack(PairList<String, Object> params) {
        return params == null || params.get(PLAIN) == null;
    }

    static Precision precision(PairList<String, Object> params) {
        Object value = params == null ? null : params.get(PRECISION);
        return value == null ? Precision.FP32 : (Precision) value;
    }

    /** Returns what carries out the backward pass, or null if the pass was not given it. */
    static Recomputation recomputation(PairList<String, Object> params) {
        return params == null ? null : (Recomputation) params.get(RECOMPUTATION);
    }

    /** Returns the seed, or null if the pass was not given one. */
    static Long dropPathSeed(PairList<String, Object> params) {
        return params == null ? null : (Long) params.get(DROP_PATH_SEED);
    }
}
