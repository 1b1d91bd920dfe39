// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import ai.djl.util.Progress;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads files to stay.
 *
 * <p>What arrives is kept aside in {@code FILE.part} until it is complete and checked, then moved
 * into place, so that a file that is there is whole. A download that was interrupted goes on where
 * it stopped if the server still has the same version. Of several threads and processes that want
 * the same file one fetches it and the others wait. The SHA-256 is recorded in {@code FILE.sha256}
 * at first use; a file that no longer agrees with its record is refused.
 *
 * <p>Thread-safe.
 */
public final class Downloader {

    private static final Logger LOG = LoggerFactory.getLogger(Downloader.class);

    private final DownloadSettings settings;
    private final HttpSource source;

    Downloader(DownloadSettings settings) {
        this.settings = settings;
        source = new HttpSource(settings);
    }

    /**
     * Creates a downloader that obeys DJL's offline switch ({@code DJL_OFFLINE}, {@code
     * ai.djl.offline}), Java's proxy properties, and the proxies of the environment.
     *
     * @return the downloader
     */
    public static Downloader standard() {
        return new Downloader(DownloadSettings.standard());
    }

    /**
     * Returns a file, after downloading it if it is not there.
     *
     * @param address where it can be had, http or https
     * @param target where it belongs; its directory is made
     * @param sha256 the first hexadecimal digits of its hash, or null if they are not known
     * @param progress told the bytes that have come and their total where the server says it; may
     *     be null
     * @return the target
     * @throws DownloadException if it cannot be had; names the address and where to put it by hand
     * @throws IOException if the file that is there is not the one asked for, or the directory
     *     cannot be written
     */
    public Path fetch(URI address, Path target, String sha256, Progress progress)
            throws IOException {
        if (Files.exists(target)) {
            checkPresent(target, sha256);
            return target;
        }
        Files.createDirectories(target.toAbsolutePath().getParent());
        try (Locked lock = Locked.on(target)) {
            if (Files.exists(target)) {
                checkPresent(target, sha256);
            } else {
                Partial partial = Partial.beside(target);
                try {
                    transfer(address, partial, progress);
                    accept(partial, target, sha256);
                } catch (TransferException e) {
                    throw new DownloadException(address, target, e.getMessage(), e);
                } finally {
                    if (progress != null) {
                        progress.end();
                    }
                }
            }
        }
        return target;
    }

    private void transfer(URI address, Partial partial, Progress progress) throws IOException {
        if (settings.offline()) {
            throw TransferException.lasting(
                    "this program runs offline (DJL_OFFLINE or ai.djl.offline is set)");
        }
        Transfer transfer = new Transfer(source, settings, address, partial, progress);
        int failures = 0;
        while (true) {
            long before = partial.size();
            try {
                transfer.attempt();
                return;
            } catch (TransferException e) {
                failures = partial.size() > before ? 1 : failures + 1;
                if (!e.worthRetrying()) {
                    throw e;
                }
                if (failures >= settings.attempts()) {
                    throw TransferException.lasting(
                            e.getMessage() + " (" + failures + " attempts in a row)");
                }
                LOG.debug("{}: {}; trying again", address, e.getMessage());
                Duration doubled = settings.firstDelay().multipliedBy(1L << (failures - 1));
                sleep(e.askedDelay() == null ? doubled : e.askedDelay());
            }
        }
    }

    private static void sleep(Duration delay) throws IOException {
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted between two attempts of a download");
        }
    }

    private static void accept(Partial partial, Path target, String sha256) throws IOException {
        String hash = FileHash.of(partial.content());
        if (sha256 != null && !hash.startsWith(sha256)) {
            partial.discard();
            throw TransferException.lasting(
                    "its SHA-256 should begin with "
                            + sha256
                            + " but is "
                            + hash
                            + ", so what came is not the published file");
        }
        String recorded = FileHash.recorded(target);
        if (recorded != null && !recorded.equals(hash)) {
            partial.discard();
            throw TransferException.lasting(
                    "its SHA-256 is "
                            + hash
                            + ", but "
                            + FileHash.record(target)
                            + " recorded "
                            + recorded
                            + " at first use; delete that record if the file has rightly changed");
        }
        FileHash.record(target, hash);
        Files.move(partial.content(), target, StandardCopyOption.ATOMIC_MOVE);
        partial.discard();
        AtomicFile.syncDirectory(target.toAbsolutePath().getParent());
    }

    /** Checks a file that was there: one put by hand, or one of an earlier download. */
    private static void checkPresent(Path target, String sha256) throws IOException {
        if (FileHash.unchangedSinceRecorded(target)) {
            return;
        }
        String hash = FileHash.of(target);
        if (sha256 != null && !hash.startsWith(sha256)) {
            throw new IOException(
                    target
                            + " is not the published file: its SHA-256 is "
                            + hash
                            + ", which should begin with "
                            + sha256
                            + ". Delete it to have it downloaded.");
        }
        String recorded = FileHash.recorded(target);
        if (recorded != null && !recorded.equals(hash)) {
            throw new IOException(
                    target
                            + " has changed: its SHA-256 is "
                            + hash
                            + ", but "
                            + FileHash.record(target)
                            + " says "
                            + recorded
                            + ". Delete the file to have it downloaded, or the record if the"
                            + " change is right.");
        }
        try {
            FileHash.record(target, hash);
        } catch (IOException e) {
            // A cache that may only be read is as good; the file is hashed again next time.
            LOG.debug("The hash of {} cannot be recorded", target, e);
        }
    }
}
