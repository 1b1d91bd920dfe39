// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import com.google.gson.GsonBuilder;
import io.github.swindjl.train.config.CheckpointConfig;
import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.weights.AtomicFile;
import io.github.swindjl.zoo.weights.Causes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of one training run.
 *
 * <p>Holds {@code config.yaml}, {@code manifest.json}, {@code history.csv}, {@code results.json},
 * {@code checkpoints/} and {@code plots/}; {@code memory.txt} where a memory mode was chosen. It
 * appears complete or not at all. Immutable.
 */
public final class RunDirectory {

    private static final String CONFIG = "config.yaml";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String MEMORY = "memory.txt";
    private static final String PLOTS = "plots";

    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    /**
     * Creates the directory of a new run.
     *
     * @param path the directory; must not exist or be empty
     * @param config what decides the run
     * @param manifest what else was true when the run began, as JSON values by name: versions,
     *     device, fingerprint of the data, command line
     * @return the directory
     * @throws IOException if the directory holds something already or cannot be written; then
     *     nothing is left behind
     */
    public static RunDirectory create(Path path, TrainConfig config, Map<String, ?> manifest)
            throws IOException {
        Path target = path.toAbsolutePath();
        checkUnused(target);
        Path aside = AtomicFile.aside(target);
        try {
            Files.createDirectories(aside.resolve(CHECKPOINTS));
            Files.createDirectories(aside.resolve(PLOTS));
            AtomicFile.writeText(aside.resolve(CONFIG), config.toYaml());
            AtomicFile.writeText(aside.resolve("manifest.json"), json(manifest));
            Files.deleteIfExists(target);
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Trees.deleteAfter(e, aside);
            throw new IOException(
                    path
                            + ": the run directory cannot be created: "
                            + Causes.of(e)
                            + "; choose another",
                    e);
        }
        AtomicFile.syncDirectory(target.getParent());
        return new RunDirectory(target);
    }

    private static void checkUnused(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new IOException(path + ": is a file, expected a directory for the run");
        }
        try (Stream<Path> entries = Files.list(path)) {
            if (entries.findAny().isPresent()) {
                throw new IOException(
                        path
                                + ": is not empty; choose another directory, or resume the run that"
                                + " is in it");
            }
        }
    }

    /**
     * Opens the directory of a run that began before.
     *
     * @param path the directory
     * @return the directory
     * @throws IOException if there is no run in it
     */
    public static RunDirectory open(Path path) throws IOException {
        if (!Files.isRegularFile(path.resolve(CONFIG))) {
            throw new IOException(path + ": holds no run to resume, " + CONFIG + " is missing");
        }
        return new RunDirectory(path.toAbsolutePath());
    }

    /**
     * Keeps other processes from training in this run until the lock is closed or this process
     * ends.
     *
     * @return the lock
     * @throws IOException if another process has it (the message names the process), or the
     *     directory cannot be written
     */
    public RunLock lock() throws IOException {
        return RunLock.of(path);
    }

    /**
     * Returns where the directory is.
     *
     * @return the absolute path
     */
    public Path path() {
        return path;
    }

    /**
     * Reads the configuration the run began with.
     *
     * @return the configuration
     * @throws ConfigException if the file is not valid
     * @throws IOException if the file cannot be read
     */
    public TrainConfig config() throws IOException {
        return TrainConfig.defaults().with(path.resolve(CONFIG));
    }

    /**
     * Replaces the configuration, for a run that goes on with another one.
     *
     * @param config the configuration
     * @throws IOException if the file cannot be written
     */
    public void replaceConfig(TrainConfig config) throws IOException {
        AtomicFile.writeText(path.resolve(CONFIG), config.toYaml());
    }

    /**
     * Reads what {@code memory: auto} meant when the run began.
     *
     * @return the mode, empty if none was kept
     * @throws IOException if the file cannot be read, or holds none
     */
    public Optional<MemoryMode> memoryMode() throws IOException {
        Path file = path.resolve(MEMORY);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String name;
        try {
            name = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException(
                    file + " cannot be read (" + e + "); name the memory mode with --memory", e);
        }
        return Optional.of(
                Arrays.stream(MemoryMode.values())
                        .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(name))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                file
                                                        + ": found '"
                                                        + name
                                                        + "', expected the memory mode that the run"
                                                        + " began with; name it with --memory")));
    }

    /**
     * Keeps what {@code memory: auto} means for the run.
     *
     * @param mode what was chosen
     * @throws IOException if the file cannot be written
     */
    public void keepMemoryMode(MemoryMode mode) throws IOException {
        AtomicFile.writeText(path.resolve(MEMORY), mode.name().toLowerCase(Locale.ROOT) + "\n");
    }

    /**
     * Opens the history.
     *
     * @return the history
     * @throws IOException if it cannot be read
     */
    public History history() throws IOException {
        return History.open(path.resolve("history.csv"));
    }

    /**
     * Returns the checkpoints.
     *
     * @param config how many of them to keep
     * @return the checkpoints
     */
    public Checkpoints checkpoints(CheckpointConfig config) {
        return new Checkpoints(path.resolve(CHECKPOINTS), config.keep(), config.keepBest());
    }

    /**
     * Returns where plots go.
     *
     * @return an existing directory
     */
    public Path plots() {
        return path.resolve(PLOTS);
    }

    /**
     * Writes what came out of the run, replacing what was written before.
     *
     * @param results JSON values by name
     * @throws IOException if the file cannot be written
     */
    public void writeResults(Map<String, ?> results) throws IOException {
        AtomicFile.writeText(path.resolve("results.json"), json(results));
    }

    private static String json(Map<String, ?> values) {
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .serializeSpecialFloatingPointValues()
                        .create()
                        .toJson(values)
                + "\n";
    }
}
