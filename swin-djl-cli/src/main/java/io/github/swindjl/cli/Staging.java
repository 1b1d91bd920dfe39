// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.zoo.weights.AtomicFile;
import io.github.swindjl.zoo.weights.Causes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder aside, in which a command collects what it writes: all of it appears when it is
 * complete, and none if the command fails.
 */
final class Staging implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Staging.class);

    private final Path target;
    private final Path aside;

    /** The lowest folder on the way to the target that was there before. */
    private final Path ground;

    /** Cleans up when Ctrl-C ends the program. */
    private final Thread hook = new Thread(this::removeQuietly, "swin-staging");

    private Staging(Path target, Path aside, Path ground) {
        this.target = target;
        this.aside = aside;
        this.ground = ground;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Makes the folder aside.
     *
     * @param target where everything will be; may exist, then files of the same name are replaced
     * @throws IOException if the target cannot be written to
     */
    static Staging of(Path target) throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new IOException(target + " is a file, expected a folder to write to.");
        }
        Path aside = AtomicFile.aside(target.toAbsolutePath().normalize());
        Path ground = aside.getParent();
        while (!Files.exists(ground)) {
            ground = ground.getParent();
        }
        try {
            Files.createDirectories(aside);
        } catch (IOException e) {
            throw new IOException(
                    "Cannot write to " + target + " (" + Causes.of(e) + "): name another folder.",
                    e);
        }
        return new Staging(target, aside, ground);
    }

    /** Returns where to write a file, whose folder exists. */
    Path file(Path name) throws IOException {
        Path file = aside.resolve(name);
        Files.createDirectories(file.getParent());
        return file;
    }

    /** Moves everything to its place. */
    void commit() throws IOException {
        try (Stream<Path> files = Files.walk(aside)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path place = target.resolve(aside.relativize(file));
                Files.createDirectories(place.getParent());
                Files.move(file, place, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Removes what was not moved, and the folders made for it. */
    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending, and the hook removes everything.
            return;
        }
        remove();
    }

    private void removeQuietly() {
        try {
            remove();
        } catch (IOException | UncheckedIOException e) {
            LOGGER.warn("'{}' could not be removed: {}", aside, e.toString());
        }
    }

    private void remove() throws IOException {
        Folders.remove(aside);
        try {
            for (Path made = aside.getParent(); !made.equals(ground); made = made.getParent()) {
                Files.delete(made);
            }
        } catch (DirectoryNotEmptyException e) {
            // The target is there, so its parents have to stay.
            return;
        }
    }
}
