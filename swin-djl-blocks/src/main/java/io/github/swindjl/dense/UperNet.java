// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.Pass;
import io.github.swindjl.blocks.SwinFeatures;
import io.github.swindjl.blocks.SwinModule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * UperNet on a Swin backbone: (batch, channels, height, width), float32 and normalised → logits
 * (batch, classes, ⌈height/4⌉, ⌈width/4⌉), and in training also those of the auxiliary head (batch,
 * classes, ⌈height/16⌉, ⌈width/16⌉), which looks at the last stage but one. Bring them to the size
 * of the picture by {@link Bilinear#resize}. Pictures may have any size.
 *
 * <p>Parameters have the names of the official checkpoints, which are mmsegmentation's: {@code
 * backbone.*} as in {@link SwinFeatures} with norms, {@code decode_head.*} and {@code
 * auxiliary_head.*}. Batch normalisation in training looks at the pictures of one call: gradient
 * accumulation does not widen its statistics. Training needs at least two pictures in a call.
 */
public final class UperNet extends SwinModule {

    private final UperNetConfig config;
    private final SwinFeatures backbone;
    private final List<ConvModule> laterals = new ArrayList<>();
    private final List<ConvModule> smoothings = new ArrayList<>();
    private final PyramidPooling pooling;
    private final Join fusion;
    private final Classifier classifier;
    private final FcnHead auxiliary;

    /**
     * Creates the network.
     *
     * @param config its configuration
     */
    public UperNet(UperNetConfig config) {
        this.config = config;
        int last = config.backbone().stages() - 1;
        int channels = config.channels();
        backbone =
                child(
                        "backbone",
                        new SwinFeatures(
                                config.backbone(),
                                IntStream.rangeClosed(0, last).boxed().toList(),
                                true));
        for (int level = 0; level < last; level++) {
            int width = config.backbone().stageWidth(level);
            laterals.add(
                    child(
                            "decode_head.lateral_convs." + level,
                            new ConvModule(width, channels, 1)));
            smoothings.add(
                    child("decode_head.fpn_convs." + level, new ConvModule(channels, channels, 3)));
        }
        pooling =
                child(
                        "decode_head",
                        new PyramidPooling(config.backbone().stageWidth(last), channels));
        fusion =
                child(
                        "decode_head.fpn_bottleneck",
                        new Join(Collections.nCopies(last + 1, channels), channels));
        ChannelDropout dropout = new ChannelDropout(config.dropout(), 0);
        classifier =
                child("decode_head.conv_seg", new Classifier(channels, config.classes(), dropout));
        auxiliary =
                child(
                        "auxiliary_head",
                        new FcnHead(config.backbone().stageWidth(last - 1), config));
    }

    /**
     * Returns the configuration.
     *
     * @return the configuration this network was built from
     */
    public UperNetConfig config() {
        return config;
    }

    @Override
    public NDList outputs(Pass pass, NDArray x) {
        try (NDList maps = backbone.outputs(pass, x)) {
            NDList logits = new NDList(decode(pass, maps));
            if (pass.training()) {
                logits.add(auxiliary.apply(pass, maps.get(maps.size() - 2)));
            }
            return logits;
        }
    }

    private NDArray decode(Pass pass, NDList maps) {
        try (NDList levels = pyramid(pass, maps);
                NDArray fused = fusion.apply(pass, levels)) {
            return classifier.apply(pass, fused);
        }
    }

    /** Computes the levels of the feature pyramid, the finest first. */
    private NDList pyramid(Pass pass, NDList maps) {
        int last = maps.size() - 1;
        NDList levels = new NDList(maps.size());
        NDArray coarser = pooling.apply(pass, maps.get(last));
        levels.add(coarser);
        NDArray sum = coarser;
        for (int level = last - 1; level >= 0; level--) {
            try (NDArray lateral = laterals.get(level).apply(pass, maps.get(level))) {
                NDArray next = Bilinear.addResized(pass, lateral, sum);
                if (sum != coarser) {
                    sum.close();
                }
                sum = next;
            }
            levels.add(0, smoothings.get(level).apply(pass, sum));
        }
        sum.close();
        return levels;
    }

    @Override
    public Shape[] outputShapes(Shape input) {
        return new Shape[] {classifier.outputShape(backbone.outputShapes(input)[0])};
    }
}
