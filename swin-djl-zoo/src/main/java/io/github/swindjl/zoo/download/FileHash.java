// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import io.github.swindjl.zoo.weights.AtomicFile;
import io.github.swindjl.zoo.weights.StateFiles;
import io.github.swindjl.zoo.weights.StateSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The SHA-256 of a file and the record of it in a file beside, in the format of {@code sha256sum}.
 */
public final class FileHash {

    private static final int BUFFER = 1 << 20;
    private static final int DIGITS = 64;

    private FileHash() {}

    /**
     * Hashes a file.
     *
     * @param file the file
     * @return 64 hexadecimal digits in small letters
     * @throws IOException if the file cannot be read
     */
    public static String of(Path file) throws IOException {
        return of(List.of(file));
    }

    /**
     * Hashes weights that may lie in several files.
     *
     * @param weights a file of weights, or the index of several
     * @return 64 hexadecimal digits in small letters: of one file its hash, of several that of the
     *     index and then of all the files that it names, as one
     * @throws IOException if a file cannot be read or is no file of weights
     */
    public static String ofWeights(Path weights) throws IOException {
        try (StateSource state = StateFiles.open(weights)) {
            return of(state.files());
        }
    }

    private static String of(List<Path> files) throws IOException {
        MessageDigest digest = newDigest();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        for (Path file : files) {
            try (FileChannel channel = FileChannel.open(file)) {
                while (channel.read(buffer) >= 0) {
                    digest.update(buffer.flip());
                    buffer.clear();
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** Returns the recorded hash, or null if there is no readable record. */
    static String recorded(Path file) throws IOException {
        Path record = record(file);
        if (!Files.exists(record)) {
            return null;
        }
        String text = Files.readString(record);
        String hash = text.substring(0, Math.min(DIGITS, text.length()));
        return hash.matches("[0-9a-f]{" + DIGITS + "}") ? hash : null;
    }

    /** Tells whether the file has not been written since its hash was recorded. */
    static boolean unchangedSinceRecorded(Path file) throws IOException {
        Path record = record(file);
        return recorded(file) != null
                && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(record))
                        <= 0;
    }

    /** Records a hash. */
    static void record(Path file, String hash) throws IOException {
        AtomicFile.writeText(record(file), hash + "  " + file.getFileName() + "\n");
    }

    /** Returns the file that holds the record. */
    static Path record(Path file) {
        return file.resolveSibling(file.getFileName() + ".sha256");
    }
}
