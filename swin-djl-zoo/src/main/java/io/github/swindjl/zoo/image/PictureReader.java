// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import io.github.swindjl.zoo.weights.Causes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads JPEG, PNG, GIF (its first frame) and BMP files with the pixels that Pillow's {@code
 * Image.open(file).convert("RGB")} gives.
 *
 * <p>That means: alpha is dropped, not blended; colour profiles and gamma are ignored; a rotation
 * noted in EXIF is not carried out (the loaders of torchvision and timm do not either); CMYK
 * becomes RGB by the plain formula. The format is told by the first bytes of a file, not by its
 * name. Only the JDK's own readers are used, whatever other image libraries are on the class path.
 *
 * <p>Without state; safe for use by many threads.
 */
public final class PictureReader {

    /** The largest picture that is read, in pixels: Pillow refuses what is larger, too. */
    public static final int MAX_PIXELS = 178_956_970;

    /** Nearly every file states its size within this many bytes. */
    private static final int PROBE_BYTES = 1 << 16;

    private PictureReader() {}

    /**
     * Reads a picture from a file.
     *
     * @param file the file
     * @return the picture
     * @throws PictureException if the file is missing, unreadable, no picture, too large, truncated
     *     or corrupt
     */
    public static Picture read(Path file) throws PictureException {
        return withFile(file, PictureReader::read);
    }

    /**
     * Reads a picture from a stream, up to the stream's end; the stream stays open.
     *
     * @param in the stream
     * @param name what to call the picture in messages
     * @return the picture
     * @throws PictureException if the data are no picture, too large, truncated or corrupt
     * @throws IOException if the stream fails
     */
    public static Picture read(InputStream in, String name) throws IOException {
        byte[] head = in.readNBytes(PROBE_BYTES);
        PictureFormat format = PictureFormat.of(head, name);
        PictureSize size = statedSize(format, head);
        if (size != null) {
            checkSize(size, name);
        }
        return decode(format, concat(head, in.readAllBytes()), name);
    }

    /**
     * Reads a picture from the bytes of its file.
     *
     * @param data the file's content; not changed
     * @param name what to call the picture in messages
     * @return the picture
     * @throws PictureException if the data are no picture, too large, truncated or corrupt
     */
    public static Picture read(byte[] data, String name) throws PictureException {
        return decode(PictureFormat.of(data, name), data, name);
    }

    /**
     * Reads a file without decoding it.
     *
     * @param file the file
     * @return the picture, to be decoded whole or in part
     * @throws PictureException if the file is missing, unreadable, no picture or too large, or ends
     *     within its header
     */
    public static PictureFile open(Path file) throws PictureException {
        return withFile(file, (in, name) -> open(in.readAllBytes(), name));
    }

    /**
     * Takes the bytes of a picture's file without decoding them.
     *
     * @param data the file's content; not copied, not to be changed
     * @param name what to call the picture in messages
     * @return the picture, to be decoded whole or in part
     * @throws PictureException if the data are no picture or a too large one, or end within the
     *     header
     */
    public static PictureFile open(byte[] data, String name) throws PictureException {
        PictureFormat format = PictureFormat.of(data, name);
        PictureSize size = statedSize(format, data);
        checkSize(size, name);
        return new PictureFile(format, data, size, name);
    }

    /**
     * Reads a picture's size from its file's header, without decoding.
     *
     * @param file the file
     * @return the size of the picture that {@link #read(Path)} would return
     * @throws PictureException if the file is missing, unreadable or no picture, or if the picture
     *     is too large to be read
     */
    public static PictureSize size(Path file) throws PictureException {
        return withFile(file, PictureReader::size);
    }

    private static PictureSize size(InputStream in, String name) throws IOException {
        byte[] head = in.readNBytes(PROBE_BYTES);
        PictureFormat format = PictureFormat.of(head, name);
        PictureSize size = statedSize(format, head);
        if (size == null) {
            size = statedSize(format, concat(head, in.readAllBytes()));
        }
        checkSize(size, name);
        return size;
    }

    static Picture decode(PictureFormat format, byte[] data, String name) throws PictureException {
        checkSize(statedSize(format, data), name);
        return switch (format) {
            case JPEG -> JpegDecoder.decode(data, JpegHeader.parse(data), name);
            case PNG -> RasterDecoder.decodePng(data, name);
            case GIF -> RasterDecoder.decodeGif(data, GifHeader.parse(data), name);
            case BMP -> RasterDecoder.decodeBmp(data, name);
        };
    }

    /** Returns the size in the header, or null if the data end before it. */
    private static PictureSize statedSize(PictureFormat format, byte[] data) {
        return switch (format) {
            case JPEG -> {
                JpegHeader header = JpegHeader.parse(data);
                yield header == null ? null : header.size();
            }
            case GIF -> {
                GifHeader header = GifHeader.parse(data);
                yield header == null ? null : header.size();
            }
            case PNG, BMP -> format.size(data);
        };
    }

    private static void checkSize(PictureSize size, String name) throws PictureException {
        if (size == null) {
            throw new PictureException(
                    name, "truncated or corrupt: the file ends within its header; get it again");
        }
        if (size.width() < 1 || size.height() < 1) {
            throw new PictureException(
                    name, "corrupt: its header claims a picture of " + size + " pixels");
        }
        if ((long) size.width() * size.height() > MAX_PIXELS) {
            throw new PictureException(
                    name,
                    "its header claims a picture of "
                            + size
                            + ", more than the limit of "
                            + MAX_PIXELS
                            + " pixels; shrink it first");
        }
    }

    private static byte[] concat(byte[] head, byte[] rest) {
        if (rest.length == 0) {
            return head;
        }
        byte[] all = Arrays.copyOf(head, Math.addExact(head.length, rest.length));
        System.arraycopy(rest, 0, all, head.length, rest.length);
        return all;
    }

    /** What to do with an open file. */
    private interface Use<T> {
        T apply(InputStream in, String name) throws IOException;
    }

    private static <T> T withFile(Path file, Use<T> use) throws PictureException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw new PictureException(name, "a directory, expected a picture file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return use.apply(in, name);
        } catch (PictureException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new PictureException(name, "no such file", e);
        } catch (AccessDeniedException e) {
            throw new PictureException(name, "no permission to read the file", e);
        } catch (IOException e) {
            throw new PictureException(name, "cannot be read (" + Causes.of(e) + ")", e);
        }
    }
}
