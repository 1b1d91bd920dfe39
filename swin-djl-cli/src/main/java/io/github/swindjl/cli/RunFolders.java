// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The folders of runs below the working directory. */
final class RunFolders {

    private static final Path RUNS = Path.of("runs");
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss");

    private RunFolders() {}

    /** Returns a folder named after the time, which does not exist yet. */
    static Path fresh() {
        String name = LocalDateTime.now().format(NAME);
        Path folder = RUNS.resolve(name);
        for (int number = 2; Files.exists(folder); number++) {
            folder = RUNS.resolve(name + "-" + number);
        }
        return folder;
    }

    /**
     * Creates the directory of a new run. Other processes may do so at the same time.
     *
     * @throws IOException if it cannot be written
     */
    static RunDirectory create(TrainConfig config, Map<String, ?> manifest) throws IOException {
        while (true) {
            Path folder = fresh();
            try {
                return RunDirectory.create(folder, config, manifest);
            } catch (IOException e) {
                if (Files.notExists(folder)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Finds a run that was not finished.
     *
     * @param out where to look, or null for the newest one below the working directory
     * @return the run, or null if there is none
     * @throws IOException if a folder cannot be read
     */
    static RunDirectory unfinished(Path out) throws IOException {
        if (out != null) {
            return isRun(out) ? RunDirectory.open(out) : null;
        }
        if (!Files.isDirectory(RUNS)) {
            return null;
        }
        try (Stream<Path> entries = Files.list(RUNS)) {
            List<Path> runs =
                    entries.filter(RunFolders::isRun)
                            .filter(run -> Files.notExists(run.resolve("results.json")))
                            .sorted(Comparator.reverseOrder())
                            .toList();
            return runs.isEmpty() ? null : RunDirectory.open(runs.get(0));
        }
    }

    private static boolean isRun(Path folder) {
        return Files.exists(folder.resolve("config.yaml"));
    }

    /** Removes a run that failed before anything of it was worth keeping. */
    static void removeIfWithoutCheckpoint(RunDirectory directory, Throwable failure) {
        Path checkpoints = directory.path().resolve("checkpoints");
        try (Stream<Path> found = Files.list(checkpoints)) {
            if (found.findAny().isEmpty()) {
                Folders.remove(directory.path());
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
