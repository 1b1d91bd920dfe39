// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.swindjl.zoo.weights.AtomicFile;
import io.github.swindjl.zoo.weights.Causes;
import io.github.swindjl.zoo.weights.StateShards;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run: directories named by update, each complete or not there at all.
 *
 * <p>A directory is written aside, brought to the disk and moved. Its {@code state.json} holds the
 * length and SHA-256 of every other file; they are checked when a checkpoint is looked for. One
 * process writes at a time.
 */
public final class Checkpoints {

    private static final Logger LOGGER = LoggerFactory.getLogger(Checkpoints.class);
    private static final int FORMAT = 1;
    private static final Pattern NAME = Pattern.compile("update-\\d{9,}");
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    private final Path root;
    private final int keep;
    private final int keepBest;

    private record Digest(long length, String sha256) {}

    private record StateFile(int format, CheckpointState state, Map<String, Digest> files) {}

    /** Writes one file of a checkpoint. */
    @FunctionalInterface
    public interface Part {

        /**
         * Writes the file.
         *
         * @param file where; does not exist yet
         * @throws IOException if it cannot be written
         */
        void writeTo(Path file) throws IOException;
    }

    /**
     * What was found when looking for a checkpoint.
     *
     * @param checkpoint the newest that is whole, empty if there is none
     * @param damaged why each newer one was passed over, newest first
     */
    public record Search(Optional<Checkpoint> checkpoint, List<String> damaged) {}

    /**
     * Creates a view of a directory of checkpoints.
     *
     * @param root the directory; created when the first checkpoint is saved
     * @param keep how many of the newest to keep, at least 1
     * @param keepBest how many of the best to keep besides, at least 1
     * @throws IllegalArgumentException if none would be kept
     */
    public Checkpoints(Path root, int keep, int keepBest) {
        if (keep < 1 || keepBest < 1) {
            throw new IllegalArgumentException(
                    "Keeping the newest "
                            + keep
                            + " and the best "
                            + keepBest
                            + " checkpoints, expected 1 or more of each");
        }
        this.root = root;
        this.keep = keep;
        this.keepBest = keepBest;
    }

    /**
     * Saves a checkpoint, replacing one of the same update, then removes those that are neither
     * among the newest nor the best.
     *
     * @param state where in the run it is taken
     * @param parts how to write each file, by name
     * @return the checkpoint
     * @throws IOException if it cannot be written; then nothing of it is left behind and those of
     *     before are as they were
     */
    public Checkpoint save(CheckpointState state, Map<String, Part> parts) throws IOException {
        Path target = root.resolve(String.format(Locale.ROOT, "update-%09d", state.update()));
        Path aside = AtomicFile.aside(target);
        try {
            Files.createDirectories(aside);
            write(aside, state, parts);
            replace(aside, target);
        } catch (IOException e) {
            Trees.deleteAfter(e, aside);
            throw new CheckpointException(
                    target,
                    "cannot be saved: "
                            + e.getMessage()
                            + "; "
                            + root.toFile().getUsableSpace() / 1_000_000
                            + " MB are free there. The checkpoints of before are untouched",
                    e);
        } catch (RuntimeException | Error e) {
            Trees.deleteAfter(e, aside);
            throw e;
        }
        prune();
        return new Checkpoint(target, state);
    }

    private static void write(Path directory, CheckpointState state, Map<String, Part> parts)
            throws IOException {
        Map<String, Digest> digests = new TreeMap<>();
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            Path file = directory.resolve(part.getKey());
            part.getValue().writeTo(file);
            digests.put(part.getKey(), digest(file));
        }
        String json = GSON.toJson(new StateFile(FORMAT, state, digests));
        AtomicFile.writeText(directory.resolve(Checkpoint.STATE), json);
    }

    private void replace(Path aside, Path target) throws IOException {
        Path former = AtomicFile.aside(target);
        boolean exists = Files.exists(target);
        if (exists) {
            Files.move(target, former, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        AtomicFile.syncDirectory(root);
        if (exists) {
            Trees.delete(former);
        }
    }

    /** Keeps the newest and the best; removes the rest and what an interrupted save left. */
    private void prune() throws IOException {
        List<Path> newest = directories();
        Set<Path> kept = new HashSet<>(newest.subList(0, Math.min(keep, newest.size())));
        ranked().stream().limit(keepBest).forEach(checkpoint -> kept.add(checkpoint.directory()));
        for (Path directory : newest) {
            if (!kept.contains(directory)) {
                Trees.delete(directory);
            }
        }
        try (Stream<Path> entries = Files.list(root)) {
            for (Path leftover : entries.filter(Checkpoints::isLeftover).toList()) {
                Trees.delete(leftover);
            }
        }
    }

    private static boolean isLeftover(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith(".update-") && name.endsWith(".tmp");
    }

    /**
     * Looks for the newest checkpoint that is whole, reading every file it consists of.
     *
     * @return the checkpoint, and what is wrong with newer ones
     * @throws IOException if the directory cannot be listed
     */
    public Search latest() throws IOException {
        List<String> damaged = new ArrayList<>();
        for (Path directory : directories()) {
            try {
                return new Search(Optional.of(verify(directory)), List.copyOf(damaged));
            } catch (CheckpointException e) {
                damaged.add(e.getMessage());
            }
        }
        return new Search(Optional.empty(), List.copyOf(damaged));
    }

    /**
     * Returns the checkpoint with the best evaluation, by what its state says; among equals the
     * earliest.
     *
     * @return the best, or empty if none was evaluated
     * @throws IOException if the directory cannot be listed
     */
    public Optional<Checkpoint> best() throws IOException {
        return ranked().stream().findFirst();
    }

    /**
     * Returns the evaluated checkpoints, by what their states say.
     *
     * @return the best first, among equals the earliest; damaged ones are left out with a warning
     * @throws IOException if the directory cannot be listed
     */
    public List<Checkpoint> ranked() throws IOException {
        return all().stream()
                .filter(checkpoint -> checkpoint.state().metric() != null)
                .sorted(
                        Comparator.comparing((Checkpoint c) -> c.state().metric())
                                .reversed()
                                .thenComparing(c -> c.state().update()))
                .toList();
    }

    /**
     * Returns every checkpoint, by what their states say.
     *
     * @return the newest first; those without a readable state are left out with a warning
     * @throws IOException if the directory cannot be listed
     */
    public List<Checkpoint> all() throws IOException {
        List<Checkpoint> found = new ArrayList<>();
        for (Path directory : directories()) {
            try {
                found.add(new Checkpoint(directory, readState(directory).state()));
            } catch (CheckpointException e) {
                LOGGER.warn("Damaged checkpoint is left out: {}", e.getMessage());
            }
        }
        return List.copyOf(found);
    }

    /**
     * Checks one checkpoint, reading every file it consists of.
     *
     * @param directory its directory
     * @return the checkpoint
     * @throws CheckpointException if a file is missing or not what was written
     */
    public static Checkpoint verify(Path directory) throws CheckpointException {
        StateFile read = readState(directory);
        for (Map.Entry<String, Digest> entry : read.files().entrySet()) {
            Path file = directory.resolve(entry.getKey());
            Digest expected = entry.getValue();
            try {
                long length = Files.size(file);
                if (length != expected.length()) {
                    throw new CheckpointException(
                            file,
                            "has " + length + " bytes, " + expected.length() + " were written");
                }
                if (!digest(file).equals(expected)) {
                    throw new CheckpointException(
                            file, "has other content than was written (SHA-256 differs)");
                }
            } catch (CheckpointException e) {
                throw e;
            } catch (IOException e) {
                throw new CheckpointException(file, "cannot be read: " + Causes.of(e), e);
            }
        }
        return new Checkpoint(directory, read.state());
    }

    /**
     * Returns the hash of a checkpoint's file as it was when it was written.
     *
     * @param file the file
     * @return its SHA-256; empty if it lies in no checkpoint with records, or is the index of
     *     several files, which stands for more than itself
     * @throws CheckpointException if the records cannot be read
     */
    public static Optional<String> recordedHash(Path file) throws CheckpointException {
        Path directory = file.toAbsolutePath().getParent();
        if (!Files.exists(directory.resolve(Checkpoint.STATE)) || StateShards.isIndex(file)) {
            return Optional.empty();
        }
        String name = file.getFileName().toString();
        return Optional.ofNullable(readState(directory).files().get(name)).map(Digest::sha256);
    }

    private static StateFile readState(Path directory) throws CheckpointException {
        Path file = directory.resolve(Checkpoint.STATE);
        StateFile read;
        try {
            read = GSON.fromJson(Files.readString(file), StateFile.class);
        } catch (JsonParseException | IOException e) {
            throw new CheckpointException(file, "cannot be read: " + Causes.of(e), e);
        }
        if (read == null || read.state() == null || read.files() == null) {
            throw new CheckpointException(file, "is no checkpoint state");
        }
        if (read.format() != FORMAT) {
            throw new CheckpointException(
                    file, "has format " + read.format() + ", this version reads format " + FORMAT);
        }
        return read;
    }

    /** Newest first: longer numbers are larger, and equally long ones sort as text. */
    private List<Path> directories() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        Comparator<Path> byUpdate =
                Comparator.comparingInt((Path path) -> path.getFileName().toString().length())
                        .thenComparing(path -> path.getFileName().toString());
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(path -> NAME.matcher(path.getFileName().toString()).matches())
                    .sorted(byUpdate.reversed())
                    .toList();
        }
    }

    private static Digest digest(Path file) throws IOException {
        MessageDigest sha;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        long length;
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
            length = in.transferTo(OutputStream.nullOutputStream());
        }
        return new Digest(length, HexFormat.of().formatHex(sha.digest()));
    }
}
