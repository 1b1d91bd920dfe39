// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * A safetensors file, memory-mapped.
 *
 * <p>The header is read and checked when the file is opened. Values are mapped when asked for, in
 * segments, because one Java buffer ends at 2 GiB. The file must not shrink while it is open.
 */
public final class Safetensors implements StateSource {

    /** The longest header that the format allows. */
    static final long MAX_HEADER = 100_000_000;

    static final int PREFIX = Long.BYTES;

    private static final long STRIDE = 1L << 30;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final long stride;
    private final SafetensorsHeader header;
    private final Map<Long, ByteBuffer> segments = new HashMap<>();

    private Safetensors(Path file, FileChannel channel, long stride) throws IOException {
        this.file = file;
        this.channel = channel;
        this.stride = stride;
        this.size = channel.size();
        long length = headerLength();
        channel.position(PREFIX);
        InputStream text = new Bounded(Channels.newInputStream(channel), length);
        this.header =
                SafetensorsHeader.read(
                        file,
                        new BufferedInputStream(text),
                        PREFIX + length,
                        size - PREFIX - length);
    }

    /**
     * Opens a file and checks its header completely.
     *
     * @param file the file
     * @return the open dictionary, to be closed by the caller
     * @throws StateException if the file is missing, truncated or no valid safetensors file
     */
    public static Safetensors open(Path file) throws StateException {
        return open(file, STRIDE);
    }

    /** Opens with another distance between mapped segments, which tests make small. */
    static Safetensors open(Path file, long stride) throws StateException {
        FileChannel channel = null;
        try {
            if (Files.isDirectory(file)) {
                throw new StateException(file, "is a directory, expected a safetensors file");
            }
            channel = FileChannel.open(file, StandardOpenOption.READ);
            return new Safetensors(file, channel, stride);
        } catch (IOException e) {
            closeAfter(channel, e);
            throw e instanceof StateException known ? known : wrap(file, e);
        }
    }

    private static void closeAfter(FileChannel channel, IOException failure) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static StateException wrap(Path file, IOException cause) {
        String problem =
                cause instanceof NoSuchFileException ? "no such file" : "cannot be read: " + cause;
        return new StateException(file, problem, cause);
    }

    private long headerLength() throws IOException {
        ByteBuffer prefix = ByteBuffer.allocate(PREFIX + 1).order(ByteOrder.LITTLE_ENDIAN);
        while (prefix.hasRemaining() && channel.read(prefix, prefix.position()) >= 0) {
            // A channel may return fewer bytes than asked for.
        }
        if (prefix.hasRemaining()) {
            throw new StateException(
                    file,
                    "is truncated: "
                            + size
                            + " bytes, a safetensors file has at least "
                            + (PREFIX + 2));
        }
        long length = prefix.getLong(0);
        if (length < 2 || length > MAX_HEADER) {
            throw new StateException(
                    file,
                    "is no safetensors file: its header would have "
                            + Long.toUnsignedString(length)
                            + " bytes, expected 2 to "
                            + MAX_HEADER);
        }
        if (length > size - PREFIX) {
            throw new StateException(
                    file,
                    "is truncated: the header has "
                            + length
                            + " bytes, the file only "
                            + (size - PREFIX)
                            + " after its length");
        }
        if (prefix.get(PREFIX) != '{') {
            throw new StateException(
                    file, "is no safetensors file: the header at offset 8 does not begin with {");
        }
        return length;
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return header.tensors();
    }

    @Override
    public Map<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public ByteBuffer bytes(String name, long offset, int length) throws StateException {
        TensorInfo info = info(name);
        if (offset < 0 || length < 0 || offset > info.length() - length) {
            throw new IllegalArgumentException(
                    "Tensor "
                            + name
                            + " has "
                            + info.length()
                            + " bytes, asked for "
                            + length
                            + " from "
                            + offset);
        }
        try {
            return map(info.offset() + offset, length).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new StateException(
                    file, "tensor " + name + " at offset " + info.offset() + ": " + e, e);
        }
    }

    /** Segments reach two strides, so only a range above one stride can need a map of its own. */
    private ByteBuffer map(long position, int length) throws IOException {
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

    /** Ends after a number of bytes, so that the parser cannot run into the data. */
    private static final class Bounded extends InputStream {

        private final InputStream source;
        private long left;

        Bounded(InputStream source, long length) {
            this.source = source;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int from, int count) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = source.read(target, from, (int) Math.min(count, left));
            left -= Math.max(read, 0);
            return read;
        }
    }
}
