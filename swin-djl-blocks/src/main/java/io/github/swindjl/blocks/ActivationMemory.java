// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import io.github.swindjl.kernels.Precision;
import io.github.swindjl.window.RelativePosition;
import io.github.swindjl.window.WindowPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes that a training pass of a backbone holds at most, counted from the arrays that the
 * kernels' operations keep for their gradients, as a CPU computes them. Immutable.
 */
public final class ActivationMemory {

    private static final int FLOAT = Float.BYTES;

    /** Hidden values of the network that computes the continuous position bias. */
    private static final int HIDDEN = 512;

    private final SwinConfig config;
    private final long batch;
    private final long pictures;
    private final int width;
    private final Head head;

    /**
     * A part of the network whose backward pass is carried out at a time.
     *
     * @param input its input
     * @param saved what its operations keep, the input included if they keep it
     * @param inputSaved whether they do
     * @param work what its backward pass takes besides
     */
    private record Part(long input, long saved, boolean inputSaved, long work) {}

    /**
     * What follows the backbone and is never computed again: heads and the loss.
     *
     * @param saved what its operations keep
     * @param work what its backward pass takes besides at most
     * @param left gradients of the backbone's maps, which stay when it is done
     */
    public record Head(long saved, long work, long left) {

        /** A head of next to nothing, as classifiers have it. */
        public static final Head NONE = new Head(0, 0, 0);
    }

    /**
     * Prepares the count.
     *
     * @param config the backbone
     * @param batch pictures in a pass
     * @param precision of the heavy products
     * @param head what follows
     */
    public ActivationMemory(SwinConfig config, int batch, Precision precision, Head head) {
        this.config = config;
        this.head = head;
        this.batch = batch;
        width = precision == Precision.FP32 ? FLOAT : Short.BYTES;
        pictures =
                FLOAT * this.batch * config.channels() * config.imageHeight() * config.imageWidth();
    }

    /**
     * Returns the most that is held at once.
     *
     * @param pass what carries out the backward pass
     * @return bytes, the pictures included
     */
    public long peak(Recomputation pass) {
        List<List<Part>> units = new ArrayList<>();
        units.add(List.of(stem()));
        for (int stage = 0; stage < config.stages(); stage++) {
            List<Part> blocks = new ArrayList<>();
            for (int block = 0; block < config.depths().get(stage); block++) {
                blocks.add(block(stage, block, pass.scoreBytes()));
            }
            switch (pass.unit()) {
                case NONE, STAGE -> units.add(blocks);
                case BLOCK -> blocks.forEach(part -> units.add(List.of(part)));
            }
            units.add(List.of(stage < config.stages() - 1 ? merging(stage) : tail()));
        }
        long before = 0;
        long most = 0;
        for (List<Part> unit : units) {
            boolean keeps = pass.unit() == Recomputation.Unit.NONE;
            Part first = unit.get(0);
            long inside = keeps || first.inputSaved ? 0 : first.input;
            for (Part part : unit) {
                inside += part.saved;
                most = Math.max(most, before + inside + part.work + head.left);
            }
            before += keeps ? inside : first.input;
        }
        return pictures + Math.max(most, before + head.saved + head.work);
    }

    private long map(int stage) {
        return batch * config.grid(stage).tokens() * config.stageWidth(stage);
    }

    /** The projection's result, input of the norm. */
    private Part stem() {
        long map = map(0);
        return new Part(0, FLOAT * map, false, 2 * FLOAT * map);
    }

    /** The gathered map and what lies between norm and reduction. */
    private Part merging(int stage) {
        long map = map(stage);
        long channels = config.stageWidth(stage);
        boolean normFirst = config.normPlacement() == NormPlacement.PRE;
        long saved = normFirst ? (FLOAT + width) * map : width * map + FLOAT * map / 2;
        return new Part(
                FLOAT * map,
                saved + copies(8 * channels * channels),
                false,
                2 * FLOAT * map + FLOAT * 8 * channels * channels);
    }

    /** The input of the last norm. */
    private Part tail() {
        long map = map(config.stages() - 1);
        return new Part(FLOAT * map, FLOAT * map, true, FLOAT * map);
    }

    private Part block(int stage, int block, long scoreBytes) {
        boolean sequential = scoreBytes > 0;
        WindowPlan plan = config.windowPlan(stage, block);
        long channels = config.stageWidth(stage);
        long map = map(stage);
        long tokens = batch * plan.padded(config.grid(stage)).tokens();
        long padded = tokens * channels;
        long heads = config.heads().get(stage);
        long scores = tokens * heads * plan.tokens();
        boolean low = width < FLOAT;
        double ratio = config.mlpRatio();

        // The windows; queries, keys and values; scaled queries, or the results of parts.
        long attention = width * (1 + 3 + 1) * padded;
        if (config.attention() == AttentionKind.COSINE) {
            // Keys of length 1, and queries before they are scaled; as float32, queries and keys.
            attention += (width + FLOAT + (low ? 2 * FLOAT : 0)) * padded;
        }
        long positions = FLOAT * heads * plan.tokens() * plan.tokens();
        if (config.positionBias().isContinuous()) {
            // What the network over coordinates gives, and its hidden layer.
            attention += positions + FLOAT * HIDDEN * count(plan);
        }
        attention += sequential ? 0 : scores * (FLOAT + (low ? width : 0));
        attention += width * map; // what is projected
        long hidden = (long) (2 * width * ratio * map);
        long mlp = hidden + width * map;
        boolean extra = config.extraNormEvery() > 0 && (block + 1) % config.extraNormEvery() == 0;
        // Of the block and its middle, or of both branches' results.
        long norms = (extra ? 3 : 2) * FLOAT * map;
        long weights = (long) ((4 + 2 * ratio) * channels * channels);
        long saved = attention + mlp + norms + copies(weights);

        long gradients = 2 * FLOAT * map;
        long part = Math.min(FLOAT * scores, scoreBytes);
        long ofScores =
                sequential
                        ? 4 * width * padded + 3 * part
                        : scores * (FLOAT + (low ? width + FLOAT : FLOAT)) + FLOAT * scores / batch;
        long work = Math.max(hidden / 2, ofScores + 3 * positions - mlp);
        return new Part(
                FLOAT * map,
                saved,
                config.normPlacement() == NormPlacement.PRE,
                gradients + work + (long) (FLOAT * ratio * channels * channels));
    }

    private static long count(WindowPlan plan) {
        return RelativePosition.count(plan.height(), plan.width());
    }

    /** Weights in low precision are kept for the gradients of their inputs. */
    private long copies(long weights) {
        return width < FLOAT ? width * weights : 0;
    }
}
