// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.train.Checkpoints;
import io.github.swindjl.zoo.download.FileHash;
import java.io.IOException;
import java.nio.file.Path;

/** A file of weights, and the hash of its content, which is computed at most once. */
final class HashedWeights {

    private final Path file;
    private String hash;

    private HashedWeights(Path file, String hash) {
        this.file = file;
        this.hash = hash;
    }

    /** Names a file that nobody has hashed yet. */
    static HashedWeights of(Path file) {
        return new HashedWeights(file, null);
    }

    /**
     * Names the weights of a checkpoint that has just been {@linkplain Checkpoints#verify read
     * through}, so that its files are those whose hashes it records.
     *
     * @throws IOException if its records cannot be read
     */
    static HashedWeights verified(Path checkpoint) throws IOException {
        Path file = WeightsFile.in(checkpoint);
        return new HashedWeights(file, Checkpoints.recordedHash(file).orElse(null));
    }

    /** Returns the file, or the index of several. */
    Path file() {
        return file;
    }

    /** Returns the hash as {@link FileHash#ofWeights} defines it. */
    String sha256() throws IOException {
        if (hash == null) {
            hash = FileHash.ofWeights(file);
        }
        return hash;
    }
}
