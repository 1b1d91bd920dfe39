// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * A safetensors file, read lazily.
 *
 * <p>The header is read and checked when the file is opened. Values are mapped or read when asked
 * for.
 */
public final class Safetensors implements StateSource {

    /** The longest header that the format allows. */
    static final long MAX_HEADER = 100_000_000;

    static final int PREFIX = Long.BYTES;

    private final MappedFile file;
    private final SafetensorsHeader header;

    private Safetensors(MappedFile file, SafetensorsHeader header) {
        this.file = file;
        this.header = header;
    }

    /**
     * Opens a file and checks its header completely.
     *
     * @param file the file
     * @return the open dictionary, to be closed by the caller
     * @throws StateException if the file is missing, truncated or no valid safetensors file
     */
    public static Safetensors open(Path file) throws StateException {
        return MappedFile.open(file, Safetensors::of);
    }

    /** Reads the header of an open file, which belongs to the dictionary from then on. */
    static Safetensors of(MappedFile file) throws StateException {
        int length = headerLength(file);
        try {
            return new Safetensors(
                    file,
                    SafetensorsHeader.read(
                            file.path(),
                            new BufferInput(file.map(PREFIX, length)),
                            PREFIX + length,
                            file.size() - PREFIX - length));
        } catch (StateException e) {
            throw e;
        } catch (IOException e) {
            throw new StateException(file.path(), "cannot be read: " + Causes.of(e), e);
        }
    }

    private static int headerLength(MappedFile file) throws StateException {
        Path path = file.path();
        if (file.size() < PREFIX + 1) {
            throw new StateException(
                    path,
                    "is truncated: "
                            + file.size()
                            + " bytes, a safetensors file has at least "
                            + (PREFIX + 2));
        }
        ByteBuffer prefix = file.map(0, PREFIX + 1);
        long length = prefix.getLong(0);
        if (length < 2 || length > MAX_HEADER) {
            throw new StateException(
                    path,
                    "is no safetensors file: its header would have "
                            + Long.toUnsignedString(length)
                            + " bytes, expected 2 to "
                            + MAX_HEADER);
        }
        if (length > file.size() - PREFIX) {
            throw new StateException(
                    path,
                    "is truncated: the header has "
                            + length
                            + " bytes, the file only "
                            + (file.size() - PREFIX)
                            + " after its length");
        }
        if (prefix.get(PREFIX) != '{') {
            throw new StateException(
                    path, "is no safetensors file: the header at offset 8 does not begin with {");
        }
        return (int) length;
    }

    @Override
    public Path file() {
        return file.path();
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
        info.checkRange(offset, length);
        return file.map(info.offset() + offset, length);
    }

    @Override
    public void read(String name, long offset, ByteBuffer target) throws StateException {
        TensorInfo info = info(name);
        info.checkRange(offset, target.remaining());
        file.read(info.offset() + offset, target);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
