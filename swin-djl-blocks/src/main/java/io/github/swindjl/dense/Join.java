// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.PassKernels;
import io.github.swindjl.blocks.UnaryModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Maps brought to the rows and columns of the first one by bilinear interpolation, joined along
 * their channels, then a 3x3 convolution without bias, batch normalisation and ReLU.
 *
 * <p>Neither resized nor joined maps are ever made: interpolation mixes positions and a tap of the
 * convolution mixes channels, so that their order does not matter, and the taps cost less on the
 * smaller map. With UperNet's four levels half of the head's multiply-adds go.
 *
 * <p>Children {@code conv}, with a weight (out, sum of all channels, 3, 3), and {@code bn}.
 */
final class Join extends UnaryModule {

    private static final int SIDE = 3;

    private final List<PassKernels> parts = new ArrayList<>();
    private final Convolution conv;
    private final BatchNorm bn;

    /**
     * Creates the block.
     *
     * @param channels of each map
     * @param outputs channels of the result
     */
    Join(List<Integer> channels, int outputs) {
        int first = 0;
        for (int part : channels) {
            parts.add(
                    new PassKernels(
                            Join.class,
                            parts.isEmpty() ? "join_first.py" : "join_resized.py",
                            parts.isEmpty() ? Map.of() : Map.of("first", first)));
            first += part;
        }
        conv = child("conv", Convolution.normed(first, outputs, SIDE));
        bn = child("bn", new BatchNorm(outputs));
    }

    /** Computes the block; the maps stay open, the caller closes the result. */
    NDArray apply(Pass pass, NDList maps) {
        NDArray weight = conv.weight(pass, maps.get(0));
        NDArray sum = parts.get(0).of(pass).call(pass.training(), maps.get(0), weight);
        for (int part = 1; part < maps.size(); part++) {
            try (NDArray former = sum) {
                sum =
                        parts.get(part)
                                .of(pass)
                                .call(pass.training(), former, maps.get(part), weight);
            }
        }
        try (NDArray convolved = sum) {
            return bn.apply(pass, convolved);
        }
    }

    /** Computes the block for maps that are joined already. */
    @Override
    public NDArray apply(Pass pass, NDArray x) {
        try (NDArray convolved = conv.apply(pass, x)) {
            return bn.apply(pass, convolved);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return conv.outputShape(input);
    }
}
