// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes files so that a reader, or a machine that loses power, sees the old content or the new and
 * nothing in between.
 */
public final class AtomicFile {

    private static final AtomicLong COUNTER = new AtomicLong();

    private AtomicFile() {}

    /** Writes a file's content. */
    @FunctionalInterface
    public interface Content {

        /**
         * Writes everything.
         *
         * @param channel the new file, empty and open for writing
         * @throws IOException if the content cannot be written
         */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes or replaces a file: into a file aside, to the disk, then moved into place. When
     * anything fails, the file aside is removed and the target is as it was. A link stays, and the
     * file that it leads to is replaced; devices, pipes and folders are never replaced.
     *
     * @param target the file; its directory must exist
     * @param content what to write
     * @throws IOException if the content or the file cannot be written; names the file
     */
    public static void write(Path target, Content content) throws IOException {
        Path file = Files.exists(target) ? target.toRealPath() : target;
        requireRegular(target);
        Path aside = aside(file);
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(
                    aside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException | Error e) {
            try {
                Files.deleteIfExists(aside);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            if (e instanceof FileSystemException system
                    && aside.toString().equals(system.getFile())) {
                throw named(target, system);
            }
            if (e.getClass() == IOException.class) {
                throw named(target, e);
            }
            throw e;
        }
        syncDirectory(aside.getParent());
    }

    /**
     * Refuses to write where something lies that is no file.
     *
     * @param target what would be replaced, or nothing yet
     * @throws IOException if it is a folder, a device or a pipe; names it
     */
    public static void requireRegular(Path target) throws IOException {
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new IOException(
                    target
                            + " is "
                            + (Files.isDirectory(target) ? "a folder" : "a device or a pipe")
                            + ", expected a file or nothing yet; name another one.");
        }
    }

    /** The system names the file aside, which nobody asked for. */
    private static FileSystemException named(Path target, FileSystemException failure) {
        FileSystemException named =
                failure instanceof NoSuchFileException
                        ? new NoSuchFileException(target.toString(), null, failure.getReason())
                        : failure instanceof AccessDeniedException
                                ? new AccessDeniedException(
                                        target.toString(), null, failure.getReason())
                                : new FileSystemException(
                                        target.toString(), null, failure.getReason());
        named.initCause(failure);
        return named;
    }

    /** Channels tell what went wrong, such as a full disk, but not with which file. */
    private static IOException named(Path target, Throwable failure) {
        return new IOException(target + " cannot be written: " + Causes.of(failure), failure);
    }

    /**
     * Writes or replaces a text file as UTF-8, as {@link #write} does.
     *
     * @param target the file; its directory must exist
     * @param text the content
     * @throws IOException if the file cannot be written
     */
    public static void writeText(Path target, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        write(
                target,
                channel -> {
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                });
    }

    /**
     * Returns an unused hidden path beside a file or directory, for content not yet complete.
     *
     * @param target where the content will be moved
     * @return a path in the same directory, whose name begins with a dot and ends with {@code .tmp}
     */
    public static Path aside(Path target) {
        Path absolute = target.toAbsolutePath();
        return absolute.resolveSibling(
                "."
                        + absolute.getFileName()
                        + "."
                        + ProcessHandle.current().pid()
                        + "-"
                        + COUNTER.incrementAndGet()
                        + ".tmp");
    }

    /**
     * Brings a directory's entries to the disk, so that a move within it survives a crash.
     *
     * @param directory the directory
     */
    public static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows cannot open directories; there the move itself is as durable as it gets.
            return;
        }
    }
}
