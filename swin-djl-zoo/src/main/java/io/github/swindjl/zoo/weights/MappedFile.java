// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * A file mapped for reading, in segments, because one Java buffer ends at 2 GiB.
 *
 * <p>Safe for use by several threads. Buffers stay readable after closing. If the file shrinks
 * while it is open, a mapped part that it has lost fails with an InternalError, at once or some
 * time later, and ends the process when native code touches it; {@link #read} reports it.
 */
final class MappedFile implements Closeable {

    private static final long STRIDE = 1L << 30;
    private static final int HEAP_PART = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final long stride;
    private final Map<Long, ByteBuffer> segments = new HashMap<>();

    private MappedFile(Path path, FileChannel channel, long stride) throws IOException {
        this.path = path;
        this.channel = channel;
        this.size = channel.size();
        this.stride = stride;
    }

    /** Makes something of an open file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(MappedFile file) throws StateException;
    }

    /** Opens a file for a reader, which then owns it, and closes it if the reader fails. */
    static <T> T open(Path path, Reader<T> reader) throws StateException {
        return open(path, STRIDE, reader);
    }

    /** Opens with another distance between segments, which tests make small. */
    static <T> T open(Path path, long stride, Reader<T> reader) throws StateException {
        MappedFile file = open(path, stride);
        try {
            return reader.read(file);
        } catch (StateException | RuntimeException | Error e) {
            closeAfter(file.channel, e);
            throw e;
        }
    }

    private static MappedFile open(Path path, long stride) throws StateException {
        if (Files.isDirectory(path)) {
            throw new StateException(path, "is a directory, expected a file");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            return new MappedFile(path, channel, stride);
        } catch (NoSuchFileException e) {
            throw new StateException(path, "no such file", e);
        } catch (IOException e) {
            closeAfter(channel, e);
            throw new StateException(path, "cannot be read: " + Causes.of(e), e);
        }
    }

    private static void closeAfter(FileChannel channel, Throwable failure) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /** A read-only little-endian view of a part of the file; refuses a part beyond its end. */
    ByteBuffer map(long position, int length) throws StateException {
        checkRange(position, length);
        try {
            return segment(position, length).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw unreadable(position, e);
        }
    }

    /**
     * A little-endian copy of a small part of the file. Touching a mapped part brings megabytes
     * around it from the disk, which is slow for many small ones far from each other.
     */
    ByteBuffer copy(long position, int length) throws StateException {
        checkRange(position, length);
        ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        read(position, copy);
        return copy.flip();
    }

    /** Fills a buffer from a position on. */
    void read(long position, ByteBuffer target) throws StateException {
        checkRange(position, target.remaining());
        long next = position;
        int end = target.limit();
        try {
            while (target.position() < end) {
                // Java keeps native memory as large as the largest read into its heap.
                int part = target.isDirect() ? end - target.position() : HEAP_PART;
                target.limit(Math.min(end, target.position() + part));
                int count = channel.read(target, next);
                if (count < 0) {
                    throw new StateException(
                            path,
                            "became shorter while it was being read: it had "
                                    + size
                                    + " bytes and ends at "
                                    + channel.size()
                                    + "; read it again once nobody writes to it");
                }
                next += count;
            }
        } catch (StateException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(next, e);
        } finally {
            target.limit(end);
        }
    }

    private void checkRange(long position, int length) throws StateException {
        if (position < 0 || length < 0 || position > size - length) {
            throw new StateException(
                    path,
                    "is truncated or damaged: "
                            + length
                            + " bytes are expected at offset "
                            + position
                            + ", the file ends at "
                            + size);
        }
    }

    private StateException unreadable(long position, IOException cause) {
        return new StateException(
                path, "cannot be read at offset " + position + ": " + cause, cause);
    }

    /** Segments reach two strides, so only a range above one stride can need a map of its own. */
    private ByteBuffer segment(long position, int length) throws IOException {
        if (!channel.isOpen()) {
            throw new IOException("the file is closed");
        }
        long start = position - position % stride;
        long end = Math.min(size, start + Math.min(2 * stride, Integer.MAX_VALUE));
        if (position + length > end) {
            return channel.map(FileChannel.MapMode.READ_ONLY, position, length);
        }
        ByteBuffer segment;
        synchronized (segments) {
            segment = segments.get(start);
            if (segment == null) {
                segment = channel.map(FileChannel.MapMode.READ_ONLY, start, end - start);
                segments.put(start, segment);
            }
        }
        return segment.slice((int) (position - start), length);
    }

    @Override
    public void close() throws IOException {
        synchronized (segments) {
            segments.clear();
        }
        channel.close();
    }
}
