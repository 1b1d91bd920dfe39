// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.simmim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.Initializers;
import io.github.swindjl.blocks.Norm;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.SwinBackbone;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.UnaryModule;
import io.github.swindjl.kernels.Kernel;
import java.util.Map;

/**
 * The backbone on pictures of which patches are replaced by a learnt one, with the last norm:
 * (batch, channels, height, width) → (batch, rows, columns, d).
 *
 * <p>Parameters {@code mask_token} (1, 1, width), the backbone's and {@code norm.*}.
 */
final class MaskedEncoder extends UnaryModule {

    private static final Kernel MASK = Kernel.of(MaskedEncoder.class, "mask.py", Map.of());

    private final Parameter maskToken;
    private final SwinBackbone backbone;
    private final Norm norm;

    MaskedEncoder(SwinConfig config) {
        maskToken =
                parameter(
                        "mask_token",
                        Parameter.Type.OTHER,
                        Initializers.NORMAL,
                        1,
                        1,
                        config.width());
        backbone = child("", new SwinBackbone(config));
        norm =
                child(
                        "norm",
                        new Norm(config.stageWidth(config.stages() - 1), config.normEpsilon()));
    }

    /**
     * Computes the block.
     *
     * @param mask (batch, rows, columns of patches): 1 where a patch is hidden, 0 elsewhere
     */
    NDArray apply(Pass pass, NDArray x, NDArray mask) {
        try (NDArray map =
                backbone.apply(
                        pass,
                        x,
                        patches ->
                                MASK.call(
                                        pass.training(),
                                        patches,
                                        pass.value(maskToken, x),
                                        mask))) {
            return norm.apply(pass, map);
        }
    }

    /** Computes the block with nothing hidden. */
    @Override
    public NDArray apply(Pass pass, NDArray x) {
        try (NDArray map = backbone.apply(pass, x)) {
            return norm.apply(pass, map);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return backbone.outputShape(input);
    }
}
