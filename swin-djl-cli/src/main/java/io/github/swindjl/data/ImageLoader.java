// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads the pictures of one pass over a data set in the background and hands them out in batches.
 *
 * <p>Batches come in the given order and are the same whatever the number of workers: what happens
 * to a picture at random follows from the seed and its index in the data set only, and from how
 * often it stands in a row where an order repeats it. At most {@link Options#prefetch()} batches
 * are read ahead. A picture that cannot be read ends the pass: the batches before it are still
 * delivered, then {@link #next()} throws. Pictures of more than 16 megapixels are decoded one at a
 * time, whatever the number of workers.
 *
 * <p>For one consuming thread; {@link #close()} may come from any thread. Closing stops the workers
 * and waits for them; each has at most one picture to finish.
 */
public final class ImageLoader implements AutoCloseable {

    private static final int CHANNELS = 3;

    private final PictureSource data;
    private final int[] order;
    private final Augmentation transform;
    private final Optional<RandomErasing> erasing;
    private final Options options;
    private final int end;
    private final List<Thread> workers = new ArrayList<>();

    private final LargePictures large = new LargePictures();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition ready = lock.newCondition();

    // All of the following are guarded by the lock.
    private final Deque<Slot> slots = new ArrayDeque<>();
    private final Deque<ByteBuffer> spare = new ArrayDeque<>();
    private Slot filling;
    private int claimed;
    private int delivered;
    private long waitNanos;
    private boolean closed;
    private OutOfMemoryError shortage;

    /**
     * How to load.
     *
     * @param batchSize pictures per batch, at least 1
     * @param height height of every picture after the transform, at least 1
     * @param width width of every picture after the transform, at least 1
     * @param workers threads that read, at least 1
     * @param prefetch batches that are read ahead, at least 1
     * @param dropLast whether to leave out a last batch that is not full
     */
    public record Options(
            int batchSize, int height, int width, int workers, int prefetch, boolean dropLast) {

        /** Checks the ranges. {@inheritDoc} */
        public Options {
            requirePositive("batchSize", batchSize);
            requirePositive("height", height);
            requirePositive("width", width);
            requirePositive("workers", workers);
            requirePositive("prefetch", prefetch);
            if ((long) batchSize * height * width * CHANNELS > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "A batch of "
                                + batchSize
                                + " pictures of "
                                + width
                                + "x"
                                + height
                                + " pixels takes more than 2 GiB; use smaller batches and"
                                + " accumulate");
            }
        }

        private int bytesPerPicture() {
            return height * width * CHANNELS;
        }

        private static void requirePositive(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(
                        "Loader option " + name + " is " + value + ", expected at least 1");
            }
        }
    }

    /** A batch in the making. Its arrays are written by workers outside the lock. */
    private static final class Slot {

        private final ByteBuffer pixels;
        private final int[] labels;
        private final int[] indices;
        private final List<List<Erasure>> erasures;
        private int taken;
        private int missing;
        private int failedAt = Integer.MAX_VALUE;
        private DataException failure;

        private Slot(ByteBuffer pixels, int size) {
            this.pixels = pixels;
            labels = new int[size];
            indices = new int[size];
            erasures = new ArrayList<>(Collections.nCopies(size, List.of()));
            missing = size;
        }
    }

    /** One entry of the order to load, and where it goes. */
    private record Task(Slot slot, int place, int entry) {}

    /**
     * Starts to load.
     *
     * @param data where the pictures come from
     * @param order picture indices in the order of their use; not copied, not to be changed
     * @param start how many entries of the order to leave out, for the rest of an interrupted pass;
     *     a multiple of the batch size gives the very batches that the whole pass would have given
     * @param transform brings every picture to the size of the options
     * @param seed seed of the transform's draws; should differ between epochs
     * @param options how to load
     */
    public ImageLoader(
            PictureSource data,
            int[] order,
            int start,
            Augmentation transform,
            long seed,
            Options options) {
        this(data, order, start, transform, Optional.empty(), seed, options);
    }

    /**
     * Starts to load pictures of which parts are erased.
     *
     * @param data where the pictures come from
     * @param order picture indices in the order of their use; not copied, not to be changed. An
     *     index that stands there several times in a row is drawn for anew each time
     * @param start how many entries of the order to leave out
     * @param transform brings every picture to the size of the options
     * @param erasing what to erase; the batches tell where, their pixels are whole
     * @param seed seed of all draws; should differ between epochs
     * @param options how to load
     */
    public ImageLoader(
            PictureSource data,
            int[] order,
            int start,
            Augmentation transform,
            Optional<RandomErasing> erasing,
            long seed,
            Options options) {
        this.data = Objects.requireNonNull(data, "data");
        this.order = Objects.requireNonNull(order, "order");
        this.transform = Objects.requireNonNull(transform, "transform");
        this.erasing = Objects.requireNonNull(erasing, "erasing");
        this.options = Objects.requireNonNull(options, "options");
        if (start < 0 || start > order.length) {
            throw new IllegalArgumentException(
                    "The start position is "
                            + start
                            + ", expected a value from 0 to "
                            + order.length
                            + ", the number of samples in the order");
        }
        int left = order.length - start;
        end = order.length - (options.dropLast() ? left % options.batchSize() : 0);
        claimed = start;
        delivered = start;
        for (int i = 0; i < options.workers(); i++) {
            Thread worker = new Thread(() -> work(seed), "swin-data-" + i);
            worker.setDaemon(true);
            workers.add(worker);
        }
        workers.forEach(Thread::start);
    }

    /**
     * Returns whether another batch follows.
     *
     * @return whether {@link #next()} may be called
     */
    public boolean hasNext() {
        lock.lock();
        try {
            return delivered < end;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the next batch, waiting until it is complete.
     *
     * @return the batch; close it when its pixels are no longer needed
     * @throws DataException if a picture of the batch cannot be used; the message names the file
     * @throws InterruptedIOException if the thread was interrupted while waiting; its interrupt
     *     flag stays set and nothing is lost
     * @throws OutOfMemoryError if there was no memory for the batch, or for a picture that the
     *     message names
     * @throws NoSuchElementException if there is none
     * @throws IllegalStateException if the loader is closed
     */
    public ImageBatch next() throws IOException {
        lock.lock();
        try {
            if (!closed && delivered >= end) {
                throw new NoSuchElementException("The pass over the data set is complete");
            }
            Slot slot = await();
            if (slot.failure != null) {
                if (slot.failure.getCause() instanceof OutOfMemoryError) {
                    throw new OutOfMemoryError(slot.failure.getMessage());
                }
                throw slot.failure;
            }
            slots.remove();
            delivered += slot.labels.length;
            room.signalAll();
            return new ImageBatch(
                    slot.pixels.clear().limit(slot.labels.length * options.bytesPerPicture()),
                    slot.labels,
                    slot.indices,
                    slot.erasures.stream().flatMap(List::stream).toList(),
                    options.height(),
                    options.width(),
                    () -> recycle(slot.pixels));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns how long {@link #next()} has waited for data so far.
     *
     * @return nanoseconds
     */
    public long waitNanos() {
        lock.lock();
        try {
            return waitNanos;
        } finally {
            lock.unlock();
        }
    }

    /** Stops the workers and waits until they have ended. Closing again does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            spare.clear();
            room.signalAll();
            ready.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the oldest batch. The lock is held. */
    private Slot await() throws InterruptedIOException {
        long since = System.nanoTime();
        try {
            while (!closed && (slots.isEmpty() ? shortage == null : slots.peek().missing > 0)) {
                ready.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for pictures");
        } finally {
            waitNanos += System.nanoTime() - since;
        }
        if (closed) {
            throw new IllegalStateException("The loader is closed; open another one");
        }
        if (slots.isEmpty()) {
            throw shortage;
        }
        return slots.peek();
    }

    private void recycle(ByteBuffer pixels) {
        lock.lock();
        try {
            if (!closed) {
                spare.push(pixels);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work(long seed) {
        for (Task task = claim(); task != null; task = claim()) {
            settle(task, load(task, seed));
        }
    }

    /** Takes the next picture, waiting until there is room for its batch; null at the end. */
    private Task claim() {
        lock.lock();
        try {
            while (!closed
                    && shortage == null
                    && claimed < end
                    && filling == null
                    && slots.size() >= options.prefetch()) {
                room.awaitUninterruptibly();
            }
            if (closed || shortage != null || claimed >= end) {
                return null;
            }
            if (filling == null) {
                filling = new Slot(buffer(), Math.min(options.batchSize(), end - claimed));
                slots.add(filling);
            }
            Task task = new Task(filling, filling.taken++, claimed++);
            if (filling.taken == filling.labels.length) {
                filling = null;
            }
            return task;
        } catch (OutOfMemoryError e) {
            // The batches before are complete or under way; the consumer learns of it after them.
            shortage = e;
            room.signalAll();
            ready.signalAll();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private ByteBuffer buffer() {
        ByteBuffer used = spare.poll();
        return used != null
                ? used
                : ByteBuffer.allocateDirect(options.batchSize() * options.bytesPerPicture());
    }

    /** Loads one picture into its place; returns what went wrong, or null. */
    private DataException load(Task task, long seed) {
        int index = order[task.entry];
        try {
            SplittableRandom random = EpochOrder.random(seed, order, task.entry);
            PictureFile file = data.open(index);
            Picture picture =
                    large.decode(file.size(), () -> transform.apply(file, random, Notes.NONE));
            if (picture.width() != options.width() || picture.height() != options.height()) {
                throw new IllegalArgumentException(
                        "the transform made it "
                                + picture.width()
                                + "x"
                                + picture.height()
                                + " pixels, expected "
                                + options.width()
                                + "x"
                                + options.height()
                                + "; end the transform with a resize or crop to that size");
            }
            task.slot.pixels.put(task.place * options.bytesPerPicture(), picture.rgb());
            task.slot.labels[task.place] = data.label(index);
            task.slot.indices[task.place] = index;
            if (erasing.isPresent()) {
                task.slot.erasures.set(
                        task.place,
                        erasing.get().draw(task.place, picture.height(), picture.width(), random));
            }
            return null;
        } catch (Throwable e) {
            // Whatever it was, the consumer must learn of it: a dead worker would leave it waiting.
            return new DataException(
                    "Cannot load picture "
                            + index
                            + " of the data set, "
                            + data.place(index)
                            + ": "
                            + (e.getMessage() == null ? e : e.getMessage()),
                    e);
        }
    }

    private void settle(Task task, DataException failure) {
        lock.lock();
        try {
            Slot slot = task.slot;
            // The first bad picture in order is reported, whichever worker was faster.
            if (failure != null && task.place < slot.failedAt) {
                slot.failedAt = task.place;
                slot.failure = failure;
            }
            if (--slot.missing == 0) {
                ready.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
