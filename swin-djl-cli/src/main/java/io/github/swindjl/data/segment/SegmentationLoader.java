// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.segment;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.Erasure;
import io.github.swindjl.data.LargePictures;
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
 * to. Pictures of more than 16 megapixels are decoded one at a time, whatever the number of
 * workers.
 *
 * <p>For one thread. Closing stops the workers and waits for them.
 */
public final class SegmentationLoader implements AutoCloseable {

    private static final float[] BLACK = new float[3];

    private final SegmentationFolder data;
    private final Iterator<Place> places;
    private final Reading reading;
    private final int side;
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

    /** Reads and changes a picture. */
    @FunctionalInterface
    interface Reading {
        LabelledPicture read(Place place) throws IOException;
    }

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
        this(data, places, reading(data, augmentation), augmentation.crop(), batchSize, threads);
    }

    /** Starts to load what a reading gives, of at most so many pixels a side. */
    SegmentationLoader(
            SegmentationFolder data,
            Iterator<Place> places,
            Reading reading,
            int side,
            int batchSize,
            int threads) {
        this.data = data;
        this.places = places;
        this.reading = reading;
        this.side = side;
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

    private static Reading reading(SegmentationFolder data, SegmentationAugmentation augmentation) {
        LargePictures large = new LargePictures();
        return place ->
                large.decode(
                        data.dimensions(place.index()),
                        () ->
                                augmentation.apply(
                                        data.read(place.index()),
                                        new SplittableRandom(Seeds.mix(place.seed()))));
    }

    private void ask() {
        while (pending.size() < readAhead && places.hasNext()) {
            Place place = places.next();
            pending.add(workers.submit(() -> load(place)));
        }
    }

    private LabelledPicture load(Place place) throws DataException {
        try {
            return reading.read(place);
        } catch (DataException e) {
            throw e; // names the file already
        } catch (Throwable e) {
            // Whatever it was, the consumer must learn of it and of the file.
            throw new DataException(
                    "Cannot load picture "
                            + place.index()
                            + " of the data set, "
                            + data.path(place.index())
                            + ": "
                            + (e.getMessage() == null ? e : e.getMessage()),
                    e);
        }
    }

    /**
     * Returns the next batch, waiting until it is complete.
     *
     * @return the batch; the last one may be smaller
     * @throws DataException if a picture of the batch cannot be used; the message names the file
     * @throws InterruptedIOException if the thread was interrupted while waiting
     * @throws OutOfMemoryError if there was no memory for the batch, or for a picture that the
     *     message names
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
            Throwable failure = e.getCause();
            if (failure.getCause() instanceof OutOfMemoryError) {
                throw new OutOfMemoryError(failure.getMessage());
            }
            throw new DataException(failure.getMessage(), failure);
        } finally {
            waitNanos += System.nanoTime() - since;
        }
        ask();
        return batch(samples);
    }

    private LabelledBatch batch(List<LabelledPicture> samples) {
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
