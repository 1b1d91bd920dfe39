// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.Erasure;
import io.github.swindjl.data.Seeds;
import io.github.swindjl.zoo.image.Picture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Reads and changes labelled pictures in the background and hands them out in batches, in the order
 * asked for. What happens to a picture at random follows from its place's seed only, so batches are
 * the same whatever the number of workers. A picture that cannot be read fails the batch it belongs
 * to.
 *
 * <p>For one thread. Closing stops the workers and waits for them.
 */
public final class SegmentationLoader implements AutoCloseable {

    private static final float[] BLACK = new float[3];

    private final SegmentationFolder data;
    private final SegmentationAugmentation augmentation;
    private final Iterator<Place> places;
    private final int batchSize;
    private final int readAhead;
    private final ExecutorService workers;
    private final Deque<Future<LabelledPicture>> pending = new ArrayDeque<>();
    private long waitNanos;

    /**
     * A picture to show.
     *
     * @param index its index in the data
     * @param seed decides how it is changed
     */
    public record Place(int index, long seed) {}

    /**
     * Starts to load.
     *
     * @param data where the pictures come from
     * @param places which to show, in order; may be endless
     * @param augmentation how they are changed
     * @param batchSize pictures in a batch, at least 1
     * @param threads threads that read, at least 1
     */
    public SegmentationLoader(
            SegmentationFolder data,
            Iterator<Place> places,
            SegmentationAugmentation augmentation,
            int batchSize,
            int threads) {
        this.data = data;
        this.places = places;
        this.augmentation = augmentation;
        this.batchSize = batchSize;
        readAhead = 2 * batchSize + threads;
        workers =
                Executors.newFixedThreadPool(
                        threads,
                        work -> {
                            Thread thread = new Thread(work, "swin-segment-data");
                            thread.setDaemon(true);
                            return thread;
                        });
        ask();
    }

    private void ask() {
        while (pending.size() < readAhead && places.hasNext()) {
            Place place = places.next();
            pending.add(
                    workers.submit(
                            () ->
                                    augmentation.apply(
                                            data.read(place.index()),
                                            new SplittableRandom(Seeds.mix(place.seed())))));
        }
    }

    /**
     * Returns the next batch, waiting until it is complete.
     *
     * @return the batch; the last one may be smaller
     * @throws DataException if a picture of the batch cannot be used; the message names the file
     * @throws InterruptedIOException if the thread was interrupted while waiting
     * @throws NoSuchElementException if there is none
     */
    public LabelledBatch next() throws IOException {
        ask();
        if (pending.isEmpty()) {
            throw new NoSuchElementException("All pictures were shown");
        }
        List<LabelledPicture> samples = new ArrayList<>(batchSize);
        long since = System.nanoTime();
        try {
            while (samples.size() < batchSize && !pending.isEmpty()) {
                samples.add(pending.remove().get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for pictures");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException problem) {
                throw problem;
            }
            throw new IllegalStateException("Reading a picture failed", e.getCause());
        } finally {
            waitNanos += System.nanoTime() - since;
        }
        ask();
        return batch(samples);
    }

    private LabelledBatch batch(List<LabelledPicture> samples) {
        int side = augmentation.crop();
        ByteBuffer pixels = ByteBuffer.allocateDirect(3 * side * side * samples.size());
        ByteBuffer labels = ByteBuffer.allocateDirect(side * side * samples.size());
        List<Erasure> padding = new ArrayList<>();
        byte[] ignored = new byte[side];
        Arrays.fill(ignored, (byte) LabelMap.IGNORED);
        for (int i = 0; i < samples.size(); i++) {
            Picture picture = samples.get(i).picture();
            int width = picture.width();
            int height = picture.height();
            byte[] classes = samples.get(i).labels().labels();
            for (int y = 0; y < side; y++) {
                int row = (i * side + y) * side;
                labels.put(row, ignored);
                if (y < height) {
                    labels.put(row, classes, y * width, width);
                    pixels.put(3 * row, picture.rgb(), 3 * y * width, 3 * width);
                }
            }
            if (width < side) {
                padding.add(new Erasure(i, 0, width, side, side - width, BLACK));
            }
            if (height < side) {
                padding.add(new Erasure(i, height, 0, side - height, width, BLACK));
            }
        }
        return new LabelledBatch(pixels, labels, padding, samples.size(), side, side);
    }

    /**
     * Returns how long {@link #next()} has waited so far.
     *
     * @return nanoseconds
     */
    public long waitNanos() {
        return waitNanos;
    }

    @Override
    public void close() {
        pending.forEach(picture -> picture.cancel(false));
        workers.shutdown();
        boolean interrupted = false;
        while (!workers.isTerminated()) {
            try {
                workers.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
