// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.UnaryModule;
import io.github.swindjl.kernels.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The pyramid pooling module (arXiv 1612.01105): a map with its means over grids of 1, 2, 3 and 6
 * cells a side beside it, joined by a convolution; (batch, in, h, w) → (batch, channels, h, w).
 *
 * <p>Children {@code psp_modules.0.1} to {@code psp_modules.3.1} and {@code bottleneck}.
 */
final class PyramidPooling extends UnaryModule {

    private static final List<Integer> SIDES = List.of(1, 2, 3, 6);

    private final List<Level> levels = new ArrayList<>();
    private final Join bottleneck;

    private record Level(int side, ConvModule conv) {

        NDArray apply(Pass pass, NDArray x) {
            Kernel pool =
                    Kernel.of(
                            PyramidPooling.class,
                            "adaptive_pooling.py",
                            Map.of("side", side, "deterministic", pass.deterministic()));
            try (NDArray pooled = pool.call(pass.training(), x)) {
                return conv.apply(pass, pooled);
            }
        }
    }

    PyramidPooling(int inputs, int channels) {
        List<Integer> joined = new ArrayList<>(List.of(inputs));
        for (int side : SIDES) {
            ConvModule conv =
                    child(
                            "psp_modules." + levels.size() + ".1",
                            new ConvModule(inputs, channels, 1));
            levels.add(new Level(side, conv));
            joined.add(channels);
        }
        bottleneck = child("bottleneck", new Join(joined, channels));
    }

    @Override
    public NDArray apply(Pass pass, NDArray x) {
        try (NDList means = new NDList()) {
            levels.forEach(level -> means.add(level.apply(pass, x)));
            return bottleneck.apply(pass, new NDList(x).addAll(means));
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return bottleneck.outputShape(input);
    }
}
