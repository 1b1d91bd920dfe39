// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.dense;

import io.github.swindjl.blocks.Edges;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.window.ShiftCancel;
import io.github.swindjl.window.WindowShrink;

/**
 * Everything that defines a UperNet on a Swin backbone.
 *
 * <p>Immutable, thread-safe.
 *
 * @param backbone the backbone; always in dense mode: any picture is padded, windows are never
 *     shrunk and shifts never left out
 * @param classes channels of the logits
 * @param channels of every level of the head
 * @param auxiliaryChannels of the auxiliary head
 * @param dropout probability of zeroing a channel before a classifier, in training
 */
public record UperNetConfig(
        SwinConfig backbone, int classes, int channels, int auxiliaryChannels, double dropout) {

    public UperNetConfig {
        backbone =
                backbone.toBuilder()
                        .optShrink(WindowShrink.NEVER)
                        .optShiftCancel(ShiftCancel.NEVER)
                        .optEdges(Edges.PAD)
                        .build();
        check(backbone.stages() >= 2, "needs at least 2 stages", backbone.stages());
        check(classes >= 1, "needs at least 1 class", classes);
        check(channels >= 1, "needs at least 1 channel", channels);
        check(auxiliaryChannels >= 1, "needs at least 1 auxiliary channel", auxiliaryChannels);
        check(dropout >= 0 && dropout < 1, "needs a dropout in [0, 1)", dropout);
    }

    /**
     * Describes the published form: 512 channels, 256 in the auxiliary head, a tenth dropped.
     *
     * @param backbone the backbone
     * @param classes channels of the logits
     * @return the configuration
     */
    public static UperNetConfig of(SwinConfig backbone, int classes) {
        return new UperNetConfig(backbone, classes, 512, 256, 0.1);
    }

    /**
     * Returns this network for another number of classes.
     *
     * @param other channels of the logits
     * @return the configuration
     */
    public UperNetConfig withClasses(int other) {
        return new UperNetConfig(backbone, other, channels, auxiliaryChannels, dropout);
    }

    /**
     * Returns the same network for pictures of another size.
     *
     * @param height in pixels
     * @param width in pixels
     * @return the configuration
     */
    public UperNetConfig withImageSize(int height, int width) {
        SwinConfig other = backbone.toBuilder().optImageSize(height, width).build();
        return new UperNetConfig(other, classes, channels, auxiliaryChannels, dropout);
    }

    private static void check(boolean holds, String rule, Number found) {
        if (!holds) {
            throw new IllegalArgumentException("UperNet " + rule + ", found " + found);
        }
    }
}
