// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.swindjl.data.EpochOrder;
import io.github.swindjl.data.ImageBatch;
import io.github.swindjl.data.ImageLoader;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.kernels.Transfers;
import io.github.swindjl.simmim.ReconstructionLoss;
import io.github.swindjl.simmim.SimMim;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Tells how well a network guesses hidden parts of pictures, in float32, with the same parts hidden
 * each time. For one thread.
 */
public final class ReconstructionEvaluator {

    private static final int PREFETCH = 2;
    private static final int CHANNELS = 3;

    private final SimMim network;
    private final NDManager manager;
    private final MaskedPictures masked;
    private final long seed;
    private final ReconstructionLoss loss;

    /**
     * Creates an evaluator.
     *
     * @param network the network; stays the caller's
     * @param manager manager on the network's device
     * @param masked what is hidden, and what is to be guessed
     * @param seed decides what is hidden of each picture
     */
    public ReconstructionEvaluator(
            SimMim network, NDManager manager, MaskedPictures masked, long seed) {
        this.network = network;
        this.manager = manager;
        this.masked = masked;
        this.seed = seed;
        loss = new ReconstructionLoss(network.config().patchSize(), 1);
    }

    /**
     * Evaluates on all pictures of a source.
     *
     * @param data the pictures
     * @param batchSize pictures per forward pass
     * @param workers threads that read pictures
     * @param shown which pictures, by their index, to draw
     * @param consumer takes those that are drawn
     * @return the mean absolute difference over hidden pixels, in units of the target
     * @throws IOException if a picture cannot be used
     */
    public double run(
            PictureSource data,
            int batchSize,
            int workers,
            IntPredicate shown,
            Consumer<Reconstruction> consumer)
            throws IOException {
        Preprocessing pictures = masked.preprocessing();
        List<NDArray> losses = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        try (ImageLoader loader =
                        new ImageLoader(
                                data,
                                EpochOrder.sequential(data.size()),
                                0,
                                (picture, random) -> pictures.apply(picture),
                                0,
                                new ImageLoader.Options(
                                        batchSize,
                                        pictures.height(),
                                        pictures.width(),
                                        workers,
                                        PREFETCH,
                                        false));
                NDManager owner = manager.newSubManager()) {
            ParameterStore store = new ParameterStore(owner, false);
            NDArray one = owner.ones(new Shape());
            while (loader.hasNext()) {
                try (ImageBatch batch = loader.next();
                        NDManager temporary = owner.newSubManager()) {
                    MaskedPictures.Batch seen = masked.of(temporary, batch, seed);
                    NDList guessed = network.forward(store, seen.inputs(), false);
                    guessed.attach(temporary);
                    NDList found = loss.of(guessed.head(), seen.target(), seen.mask(), one);
                    found.attach(temporary);
                    found.get(1).attach(owner);
                    losses.add(found.get(1));
                    sizes.add(batch.size());
                    draw(data, batch, seen, guessed.head(), shown, consumer);
                }
            }
            double[] values = Transfers.doubles(losses);
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += sizes.get(i) * values[i];
            }
            return sum / data.size();
        }
    }

    private void draw(
            PictureSource data,
            ImageBatch batch,
            MaskedPictures.Batch seen,
            NDArray guessed,
            IntPredicate shown,
            Consumer<Reconstruction> consumer) {
        for (int i = 0; i < batch.size(); i++) {
            int index = batch.indices()[i];
            if (shown.test(index)) {
                String part = i + ":" + (i + 1);
                try (NDManager owner = guessed.getManager().newSubManager()) {
                    NDArray original = seen.pictures().get(part);
                    NDArray guess = guessed.get(part);
                    original.attach(owner);
                    guess.attach(owner);
                    NDArray plain =
                            masked.target().isPresent()
                                    ? masked.target().get().restore(guess, original)
                                    : guess;
                    plain.attach(owner);
                    consumer.accept(
                            reconstruction(
                                    data.name(index),
                                    pixels(Transfers.floats(original)),
                                    pixels(Transfers.floats(plain)),
                                    masked.masks().draw(seed, index)));
                }
            }
        }
    }

    /** Undoes the normalisation: (3, side, side) to bytes (side, side, 3). */
    private byte[] pixels(float... values) {
        Preprocessing pictures = masked.preprocessing();
        byte[] rgb = new byte[values.length];
        int plane = values.length / CHANNELS;
        for (int i = 0; i < values.length; i++) {
            int channel = i / plane;
            float share = values[i] * pictures.std().get(channel) + pictures.mean().get(channel);
            int level = Math.round(255 * Math.max(0, Math.min(1, share)));
            rgb[i % plane * CHANNELS + channel] = (byte) level;
        }
        return rgb;
    }

    private Reconstruction reconstruction(
            String name, byte[] original, byte[] guessed, float... mask) {
        int side = masked.masks().side();
        byte[] filled = original.clone();
        for (int i = 0; i < original.length; i++) {
            if (masked.masks().isHidden(i, mask)) {
                filled[i] = guessed[i];
            }
        }
        Picture picture = new Picture(side, side, original);
        return new Reconstruction(
                name, picture, masked.masks().hide(picture, mask), new Picture(side, side, filled));
    }
}
