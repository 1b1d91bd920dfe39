// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Kernel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The feature maps of chosen stages: (batch, channels, height, width), float32 and normalised → for
 * each stage (batch, d, h, w), taken before patch merging. Stages after the last chosen one are not
 * computed, although their parameters exist.
 *
 * <p>Parameters are the backbone's under the same names, and {@code norm0}, {@code norm1}, … for
 * the chosen stages where asked for, as the official dense backbones have them.
 */
public final class SwinFeatures extends SwinModule {

    private static final Kernel CHANNELS_FIRST =
            Kernel.of(SwinFeatures.class, "channels_first.py", Map.of());

    private final SwinBackbone backbone;
    private final TreeSet<Integer> stages;
    private final Map<Integer, Norm> norms = new TreeMap<>();

    /**
     * Creates the block.
     *
     * @param config the backbone's configuration
     * @param stages whose maps are wanted, counted from 0; they come out in rising order
     * @param normalised whether each map passes a norm of its own
     * @throws IllegalArgumentException if a stage does not exist, or none is chosen
     */
    public SwinFeatures(SwinConfig config, List<Integer> stages, boolean normalised) {
        this.stages = new TreeSet<>(stages);
        if (stages.isEmpty() || this.stages.first() < 0 || this.stages.last() >= config.stages()) {
            throw new IllegalArgumentException(
                    "Feature stages must lie between 0 and "
                            + (config.stages() - 1)
                            + ", found "
                            + stages);
        }
        backbone = child("", new SwinBackbone(config));
        if (normalised) {
            for (int stage : this.stages) {
                Norm norm = new Norm(config.stageWidth(stage), config.normEpsilon());
                norms.put(stage, child("norm" + stage, norm));
            }
        }
    }

    /**
     * Returns the backbone.
     *
     * @return the backbone
     */
    public SwinBackbone backbone() {
        return backbone;
    }

    @Override
    public NDList outputs(Pass pass, NDArray x) {
        NDList maps = new NDList(stages.size());
        NDArray last =
                backbone.apply(
                        pass,
                        x,
                        stages.last(),
                        (stage, map) -> {
                            if (stages.contains(stage)) {
                                maps.add(output(pass, stage, map));
                            }
                        });
        last.close();
        return maps;
    }

    private NDArray output(Pass pass, int stage, NDArray map) {
        Norm norm = norms.get(stage);
        if (norm == null) {
            return CHANNELS_FIRST.call(pass.training(), map);
        }
        try (NDArray normalised = norm.apply(pass, map)) {
            return CHANNELS_FIRST.call(pass.training(), normalised);
        }
    }

    @Override
    public Shape[] outputShapes(Shape input) {
        return stages.stream()
                .map(stage -> backbone.stageShape(input, stage))
                .map(map -> new Shape(map.get(0), map.get(3), map.get(1), map.get(2)))
                .toArray(Shape[]::new);
    }
}
