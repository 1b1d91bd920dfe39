// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Pictures of one size and their labels, ready for the device.
 *
 * <p>{@link #pixels()} belongs to the loader: it is valid until the batch is closed, which hands
 * the memory back for another batch. A batch that is never closed costs memory until it is garbage,
 * nothing else. Not thread-safe.
 */
public final class ImageBatch implements AutoCloseable {

    private final ByteBuffer pixels;
    private final int[] labels;
    private final int[] indices;
    private final List<Erasure> erasures;
    private final int height;
    private final int width;
    private final Runnable release;
    private boolean closed;

    ImageBatch(
            ByteBuffer pixels,
            int[] labels,
            int[] indices,
            List<Erasure> erasures,
            int height,
            int width,
            Runnable release) {
        this.pixels = pixels;
        this.labels = labels;
        this.indices = indices;
        this.erasures = erasures;
        this.height = height;
        this.width = width;
        this.release = release;
    }

    /**
     * Returns the pixels as unsigned bytes, shape (N, height, width, 3), red first.
     *
     * @return a direct buffer with position 0 and limit {@code N * height * width * 3}
     * @throws IllegalStateException if the batch was closed
     */
    public ByteBuffer pixels() {
        if (closed) {
            throw new IllegalStateException(
                    "The batch is closed and its pixels belong to another one; read them before"
                            + " closing");
        }
        return pixels;
    }

    /**
     * Returns the class indices, one a picture.
     *
     * @return an array of length N
     */
    public int[] labels() {
        return labels;
    }

    /**
     * Returns the pictures' indices in the data set.
     *
     * @return an array of length N
     */
    public int[] indices() {
        return indices;
    }

    /**
     * Returns what is still to be erased once the pixels are normalised.
     *
     * @return the parts of all pictures, in the order in which they are to be overwritten
     */
    public List<Erasure> erasures() {
        return erasures;
    }

    /**
     * Returns the number of pictures, N.
     *
     * @return the number, at least 1
     */
    public int size() {
        return labels.length;
    }

    /**
     * Returns the pictures' height.
     *
     * @return height in pixels
     */
    public int height() {
        return height;
    }

    /**
     * Returns the pictures' width.
     *
     * @return width in pixels
     */
    public int width() {
        return width;
    }

    /** Hands the pixels' memory back to the loader. Closing again does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
