// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write into a run's directory, which one process has at a time. The system takes it
 * back from a process that ends, however that ends. Closing gives it back.
 */
public final class RunLock implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(RunLock.class);

    private static final String FILE = ".lock";

    /** What is locked lies behind the file's content, which others may so read on any system. */
    private static final long PLACE = Long.MAX_VALUE - 1;

    /** Closing any channel of a file may give back what another channel of this process holds. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private RunLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the right.
     *
     * @param run the run's directory
     * @throws IOException if another process, or this one, has it; names both
     */
    static RunLock of(Path run) throws IOException {
        Path file = run.toRealPath().resolve(FILE);
        if (!HELD.add(file)) {
            throw inUse(run, "this process");
        }
        try {
            return new RunLock(file, locked(run, file));
        } catch (IOException | RuntimeException e) {
            HELD.remove(file);
            throw e;
        }
    }

    private static FileChannel locked(Path run, Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(
                    file + " is no file, as the lock of a run is; remove it and try again.");
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (isFree(channel, file)) {
                channel.truncate(0);
                String owner = Long.toString(ProcessHandle.current().pid());
                channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.US_ASCII)));
                return channel;
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw inUse(run, "process " + Files.readString(file).strip());
    }

    /** Locks the file if no other process has. */
    private static boolean isFree(FileChannel channel, Path file) {
        try {
            return channel.tryLock(PLACE, 1, false) != null;
        } catch (IOException e) {
            LOGGER.warn("{} cannot be locked, so only one process may use the run", file, e);
            return true;
        }
    }

    private static IOException inUse(Path run, String owner) {
        return new IOException(
                run
                        + ": "
                        + owner
                        + " is training in this run; wait until it ends, stop it, or begin another"
                        + " run in another folder (--out)");
    }

    @Override
    public void close() throws IOException {
        HELD.remove(file);
        channel.close();
    }
}
