// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import io.github.swindjl.window.Grid;
import io.github.swindjl.window.ShiftCancel;
import io.github.swindjl.window.ShiftMode;
import io.github.swindjl.window.WindowPlan;
import io.github.swindjl.window.WindowShrink;
import java.util.Collections;
import java.util.List;

/**
 * Everything that defines a backbone.
 *
 * <p>Validates itself: a value that contradicts another is an {@link IllegalArgumentException} that
 * names both. Immutable, thread-safe.
 *
 * @param imageHeight pixel rows the network is built for; other sizes work too
 * @param imageWidth pixel columns the network is built for
 * @param patchSize side of a patch in pixels
 * @param channels channels of the input
 * @param width channels of the first stage; every further stage doubles them
 * @param depths blocks of each stage
 * @param heads attention heads of each stage
 * @param window side of the attention window in tokens
 * @param referenceWindows for each stage the window the continuous position bias was trained with,
 *     0 for the stage's own
 * @param mlpRatio hidden channels of an MLP by its channels
 * @param qkvBias whether queries and values (and keys, for dot-product attention) have a bias
 * @param patchNorm whether the patch embedding normalises
 * @param attention how query and key are compared
 * @param normPlacement where blocks normalise
 * @param positionBias how attention depends on relative position
 * @param absolutePosition whether every token gets a learnt vector after the patch embedding
 * @param shift how every second block moves its windows
 * @param shrink what a window not smaller than the grid becomes
 * @param shiftCancel when a shift is left out at run time
 * @param edges what happens to sides that do not divide
 * @param extraNormEvery one more norm on the main branch after every so many blocks of a stage, as
 *     the largest V2 networks have; 0 for none
 * @param dropPath probability of dropping the last block's branches; earlier ones rise to it
 * @param normEpsilon added to the variance in every norm
 */
public record SwinConfig(
        int imageHeight,
        int imageWidth,
        int patchSize,
        int channels,
        int width,
        List<Integer> depths,
        List<Integer> heads,
        int window,
        List<Integer> referenceWindows,
        double mlpRatio,
        boolean qkvBias,
        boolean patchNorm,
        AttentionKind attention,
        NormPlacement normPlacement,
        PositionBias positionBias,
        boolean absolutePosition,
        ShiftMode shift,
        WindowShrink shrink,
        ShiftCancel shiftCancel,
        Edges edges,
        int extraNormEvery,
        double dropPath,
        double normEpsilon) {

    public SwinConfig {
        depths = List.copyOf(depths);
        heads = List.copyOf(heads);
        referenceWindows = List.copyOf(referenceWindows);
        atLeastOne("imageHeight", imageHeight);
        atLeastOne("imageWidth", imageWidth);
        atLeastOne("patchSize", patchSize);
        atLeastOne("channels", channels);
        atLeastOne("width", width);
        atLeastOne("window", window);
        check(!depths.isEmpty(), "depths must name at least one stage");
        depths.forEach(depth -> atLeastOne("depths", depth));
        check(
                heads.size() == depths.size() && referenceWindows.size() == depths.size(),
                "depths "
                        + depths
                        + ", heads "
                        + heads
                        + " and referenceWindows "
                        + referenceWindows
                        + " must have one entry for each stage");
        for (int stage = 0; stage < depths.size(); stage++) {
            int stageWidth = width << stage;
            atLeastOne("heads", heads.get(stage));
            check(
                    stageWidth % heads.get(stage) == 0,
                    "stage "
                            + stage
                            + " has "
                            + stageWidth
                            + " channels, which its "
                            + heads.get(stage)
                            + " heads do not divide");
        }
        referenceWindows.forEach(
                side -> check(side >= 0, "referenceWindows must not be negative, found " + side));
        check(
                mlpRatio * width >= 1 && mlpRatio < Integer.MAX_VALUE,
                "mlpRatio must leave at least one hidden channel, found " + mlpRatio);
        check(extraNormEvery >= 0, "extraNormEvery must not be negative, found " + extraNormEvery);
        check(dropPath >= 0 && dropPath < 1, "dropPath must lie in [0, 1), found " + dropPath);
        check(normEpsilon > 0, "normEpsilon must be positive, found " + normEpsilon);
        patchGrid(imageHeight, imageWidth, patchSize, edges);
    }

    /**
     * Starts from the published form of V1 (pre-norm, dot product, bias table, window 7 at 224).
     *
     * @return a builder with the sizes of Swin-T
     */
    public static Builder v1() {
        return new Builder();
    }

    /**
     * Starts from the published form of V2 (residual post-norm, cosine, log-spaced continuous bias,
     * window 8 at 256).
     *
     * @return a builder with the sizes of SwinV2-T
     */
    public static Builder v2() {
        return new Builder()
                .optImageSize(256, 256)
                .optWindow(8)
                .optAttention(AttentionKind.COSINE)
                .optNormPlacement(NormPlacement.RESIDUAL_POST)
                .optPositionBias(PositionBias.LOG_CPB);
    }

    /**
     * Starts from this configuration.
     *
     * @return a builder with this configuration's values
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the number of stages.
     *
     * @return the number of stages
     */
    public int stages() {
        return depths.size();
    }

    /**
     * Returns the channels of a stage.
     *
     * @param stage counted from 0
     * @return the width doubled for every stage before
     */
    public int stageWidth(int stage) {
        return width << stage;
    }

    /**
     * Returns the number of blocks in all stages.
     *
     * @return the sum of the depths
     */
    public int blocks() {
        return depths.stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Returns the token grid of the first stage for an image.
     *
     * @param height pixel rows
     * @param width pixel columns
     * @return the grid
     * @throws IllegalArgumentException if the image is smaller than the edges policy can handle
     */
    public Grid patchGrid(int height, int width) {
        return patchGrid(height, width, patchSize, edges);
    }

    private static Grid patchGrid(int height, int width, int patchSize, Edges edges) {
        boolean divides = height % patchSize == 0 && width % patchSize == 0;
        if (edges == Edges.STRICT && !divides) {
            throw new IllegalArgumentException(
                    "An image of "
                            + height
                            + "x"
                            + width
                            + " is not made of whole "
                            + patchSize
                            + "x"
                            + patchSize
                            + " patches: resize it, or build the network with edges PAD.");
        }
        int smallest = edges == Edges.DROP_LEFTOVER_PIXELS ? patchSize : 1;
        if (Math.min(height, width) < smallest) {
            throw new IllegalArgumentException(
                    "An image needs sides of at least "
                            + smallest
                            + " pixels, found "
                            + height
                            + "x"
                            + width);
        }
        return edges == Edges.DROP_LEFTOVER_PIXELS
                ? new Grid(height / patchSize, width / patchSize)
                : new Grid(ceilDiv(height, patchSize), ceilDiv(width, patchSize));
    }

    private static int ceilDiv(int dividend, int divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }

    /**
     * Returns the token grid of a stage at the size the network is built for.
     *
     * @param stage counted from 0
     * @return the grid
     */
    public Grid grid(int stage) {
        Grid grid = patchGrid(imageHeight, imageWidth);
        for (int s = 0; s < stage; s++) {
            grid = grid.merged();
        }
        return grid;
    }

    /**
     * Returns window and shift of a block.
     *
     * @param stage counted from 0
     * @param block counted from 0 within the stage
     * @return the plan
     */
    public WindowPlan windowPlan(int stage, int block) {
        boolean shifted = shift != ShiftMode.NONE && block % 2 == 1;
        return WindowPlan.of(grid(stage), window, shifted, shrink);
    }

    /**
     * Returns the probability of dropping a block's branches: 0 for the first, rising linearly to
     * {@link #dropPath()} for the last.
     *
     * @param block counted from 0 over all stages
     * @return the probability
     */
    public double dropPathOf(int block) {
        return blocks() == 1 ? 0 : dropPath * block / (blocks() - 1);
    }

    private static void atLeastOne(String name, int value) {
        check(value >= 1, name + " must be at least 1, found " + value);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("Swin configuration: " + message);
        }
    }

    /** Builds a {@link SwinConfig}; starts with Swin-T. Not thread-safe. */
    public static final class Builder {

        private int imageHeight = 224;
        private int imageWidth = 224;
        private int patchSize = 4;
        private int channels = 3;
        private int width = 96;
        private List<Integer> depths = List.of(2, 2, 6, 2);
        private List<Integer> heads = List.of(3, 6, 12, 24);
        private int window = 7;
        private List<Integer> referenceWindows;
        private double mlpRatio = 4;
        private boolean qkvBias = true;
        private boolean patchNorm = true;
        private AttentionKind attention = AttentionKind.DOT_PRODUCT;
        private NormPlacement normPlacement = NormPlacement.PRE;
        private PositionBias positionBias = PositionBias.RELATIVE;
        private boolean absolutePosition;
        private ShiftMode shift = ShiftMode.CYCLIC;
        private WindowShrink shrink = WindowShrink.BOTH_AXES;
        private ShiftCancel shiftCancel = ShiftCancel.NEVER;
        private Edges edges = Edges.PAD;
        private int extraNormEvery;
        private double dropPath;
        private double normEpsilon = 1e-5;

        private Builder() {}

        private Builder(SwinConfig config) {
            imageHeight = config.imageHeight;
            imageWidth = config.imageWidth;
            patchSize = config.patchSize;
            channels = config.channels;
            width = config.width;
            depths = config.depths;
            heads = config.heads;
            window = config.window;
            referenceWindows = config.referenceWindows;
            mlpRatio = config.mlpRatio;
            qkvBias = config.qkvBias;
            patchNorm = config.patchNorm;
            attention = config.attention;
            normPlacement = config.normPlacement;
            positionBias = config.positionBias;
            absolutePosition = config.absolutePosition;
            shift = config.shift;
            shrink = config.shrink;
            shiftCancel = config.shiftCancel;
            edges = config.edges;
            extraNormEvery = config.extraNormEvery;
            dropPath = config.dropPath;
            normEpsilon = config.normEpsilon;
        }

        /**
         * Sets width, depths and heads.
         *
         * @param size a published size
         * @return this builder
         */
        public Builder optSize(SwinSize size) {
            return optWidth(size.width())
                    .optStages(size.depths(), size.heads())
                    .optExtraNormEvery(size.extraNormEvery());
        }

        /**
         * Sets the image size the network is built for.
         *
         * @param height pixel rows
         * @param width pixel columns
         * @return this builder
         */
        public Builder optImageSize(int height, int width) {
            this.imageHeight = height;
            this.imageWidth = width;
            return this;
        }

        /**
         * Sets the patch side.
         *
         * @param patchSize pixels, 4 by default
         * @return this builder
         */
        public Builder optPatchSize(int patchSize) {
            this.patchSize = patchSize;
            return this;
        }

        /**
         * Sets the channels of the input.
         *
         * @param channels 3 by default
         * @return this builder
         */
        public Builder optChannels(int channels) {
            this.channels = channels;
            return this;
        }

        /**
         * Sets the channels of the first stage.
         *
         * @param width 96 by default
         * @return this builder
         */
        public Builder optWidth(int width) {
            this.width = width;
            return this;
        }

        /**
         * Sets depth and heads of every stage.
         *
         * @param depths blocks of each stage, 2, 2, 6, 2 by default
         * @param heads heads of each stage, 3, 6, 12, 24 by default
         * @return this builder
         */
        public Builder optStages(List<Integer> depths, List<Integer> heads) {
            this.depths = depths;
            this.heads = heads;
            return this;
        }

        /**
         * Sets the window side.
         *
         * @param window tokens, 7 by default in V1, 8 in V2
         * @return this builder
         */
        public Builder optWindow(int window) {
            this.window = window;
            return this;
        }

        /**
         * Sets the windows the continuous position bias was trained with.
         *
         * @param referenceWindows one for each stage, 0 (the default) for the stage's own
         * @return this builder
         */
        public Builder optReferenceWindows(List<Integer> referenceWindows) {
            this.referenceWindows = referenceWindows;
            return this;
        }

        /**
         * Sets the hidden channels of MLPs.
         *
         * @param mlpRatio by their channels, 4 by default
         * @return this builder
         */
        public Builder optMlpRatio(double mlpRatio) {
            this.mlpRatio = mlpRatio;
            return this;
        }

        /**
         * Sets whether queries, keys and values have a bias.
         *
         * @param qkvBias true by default
         * @return this builder
         */
        public Builder optQkvBias(boolean qkvBias) {
            this.qkvBias = qkvBias;
            return this;
        }

        /**
         * Sets whether the patch embedding normalises.
         *
         * @param patchNorm true by default
         * @return this builder
         */
        public Builder optPatchNorm(boolean patchNorm) {
            this.patchNorm = patchNorm;
            return this;
        }

        /**
         * Sets how query and key are compared.
         *
         * @param attention dot product by default in V1, cosine in V2
         * @return this builder
         */
        public Builder optAttention(AttentionKind attention) {
            this.attention = attention;
            return this;
        }

        /**
         * Sets where blocks normalise.
         *
         * @param normPlacement before by default in V1, residual post-norm in V2
         * @return this builder
         */
        public Builder optNormPlacement(NormPlacement normPlacement) {
            this.normPlacement = normPlacement;
            return this;
        }

        /**
         * Sets how attention depends on relative position.
         *
         * @param positionBias relative by default in V1, log-spaced CPB in V2
         * @return this builder
         */
        public Builder optPositionBias(PositionBias positionBias) {
            this.positionBias = positionBias;
            return this;
        }

        /**
         * Sets whether every token gets a learnt vector after the patch embedding.
         *
         * @param absolutePosition false by default
         * @return this builder
         */
        public Builder optAbsolutePosition(boolean absolutePosition) {
            this.absolutePosition = absolutePosition;
            return this;
        }

        /**
         * Sets how windows move.
         *
         * @param shift cyclic by default
         * @return this builder
         */
        public Builder optShift(ShiftMode shift) {
            this.shift = shift;
            return this;
        }

        /**
         * Sets what a window not smaller than the grid becomes.
         *
         * @param shrink both axes by default
         * @return this builder
         */
        public Builder optShrink(WindowShrink shrink) {
            this.shrink = shrink;
            return this;
        }

        /**
         * Sets when a shift is left out at run time.
         *
         * @param shiftCancel never by default
         * @return this builder
         */
        public Builder optShiftCancel(ShiftCancel shiftCancel) {
            this.shiftCancel = shiftCancel;
            return this;
        }

        /**
         * Sets what happens to sides that do not divide.
         *
         * @param edges padding by default
         * @return this builder
         */
        public Builder optEdges(Edges edges) {
            this.edges = edges;
            return this;
        }

        /**
         * Sets how often a stage has an extra norm.
         *
         * @param extraNormEvery blocks between them, 0 (the default) for none
         * @return this builder
         */
        public Builder optExtraNormEvery(int extraNormEvery) {
            this.extraNormEvery = extraNormEvery;
            return this;
        }

        /**
         * Sets the probability of dropping the last block's branches.
         *
         * @param dropPath 0 by default
         * @return this builder
         */
        public Builder optDropPath(double dropPath) {
            this.dropPath = dropPath;
            return this;
        }

        /**
         * Sets what is added to the variance in every norm.
         *
         * @param normEpsilon 1e-5 by default
         * @return this builder
         */
        public Builder optNormEpsilon(double normEpsilon) {
            this.normEpsilon = normEpsilon;
            return this;
        }

        /**
         * Builds the configuration.
         *
         * @return the configuration
         * @throws IllegalArgumentException if a value is out of range or contradicts another
         */
        public SwinConfig build() {
            List<Integer> references =
                    referenceWindows == null
                            ? Collections.nCopies(depths.size(), 0)
                            : referenceWindows;
            return new SwinConfig(
                    imageHeight,
                    imageWidth,
                    patchSize,
                    channels,
                    width,
                    depths,
                    heads,
                    window,
                    references,
                    mlpRatio,
                    qkvBias,
                    patchNorm,
                    attention,
                    normPlacement,
                    positionBias,
                    absolutePosition,
                    shift,
                    shrink,
                    shiftCancel,
                    edges,
                    extraNormEvery,
                    dropPath,
                    normEpsilon);
        }
    }
}
