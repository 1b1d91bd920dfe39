// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import ai.djl.util.Utils;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the lists of large splits between runs, in DJL's cache folder: data sets are often not
 * writable, and shared. A list is used again while every folder and archive in it has the time and
 * size it had. Safe for several processes at once.
 */
final class IndexCache {

    private static final Logger LOGGER = LoggerFactory.getLogger(IndexCache.class);

    /** Smaller splits are listed in less than a second. */
    static final int WORTHWHILE = 10_000;

    /** A folder that changed this shortly ago may change again within the same tick of its time. */
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Path root;
    private final Path file;

    /**
     * Finds the place for a split's list.
     *
     * @param set what the user named
     * @param root the folder that the list's paths count from
     */
    IndexCache(Path set, Path root, String split, Optional<LabelOrder> order) throws IOException {
        this.root = root;
        String key = set.toRealPath() + "\n" + split + "\n" + order;
        file =
                Utils.getCacheDir()
                        .resolve("cache/swin-djl/pictures")
                        .resolve(
                                HexFormat.of()
                                                .formatHex(
                                                        sha256(
                                                                key.getBytes(
                                                                        StandardCharsets.UTF_8)))
                                        + ".index");
    }

    /** Returns the kept list, if there is one and the split is still as it was. */
    Optional<Index> get() {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Index index = Index.read(file);
            for (Map.Entry<String, Stamp> witness : index.head().witnesses().entrySet()) {
                if (!Stamp.of(root.resolve(witness.getKey())).equals(witness.getValue())) {
                    LOGGER.info("{} changed; listing the set anew", witness.getKey());
                    return Optional.empty();
                }
            }
            return Optional.of(index);
        } catch (IOException | RuntimeException e) {
            LOGGER.info("The kept list of {} is not used: {}", root, e.getMessage());
            return Optional.empty();
        }
    }

    /** Keeps a list, if it is long enough and nothing in it has changed just now. */
    void put(Index index) {
        long settled = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - TICK_NANOS;
        boolean fresh =
                index.head().witnesses().values().stream()
                        .anyMatch(stamp -> stamp.modified() > settled);
        if (index.size() < WORTHWHILE || fresh) {
            return;
        }
        try {
            Files.createDirectories(file.getParent());
            AtomicFile.write(file, index::write);
        } catch (IOException e) {
            LOGGER.warn(
                    "The list of {} cannot be kept, so the next start lists it again: {}",
                    root,
                    e.getMessage());
        }
    }

    /** Drops a list that turned out to be wrong. */
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOGGER.warn("{} is out of date and cannot be deleted: {}", file, e.getMessage());
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
