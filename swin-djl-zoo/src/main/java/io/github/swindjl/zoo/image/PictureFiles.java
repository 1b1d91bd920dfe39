// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Tells picture files by their names. Without state; safe for use by many threads. */
public final class PictureFiles {

    /** The endings of picture files, without the dot, in lower case. */
    public static final List<String> EXTENSIONS = List.of("jpg", "jpeg", "png", "bmp", "gif");

    private PictureFiles() {}

    /**
     * Tells whether a file is taken for a picture.
     *
     * @param name the file's name without folders; hidden files are none
     * @return whether its ending is one of {@link #EXTENSIONS}, in any case
     */
    public static boolean isPicture(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0
                && !name.startsWith(".")
                && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Finds the pictures in a folder and the folders below it; links are followed, hidden folders
     * passed over.
     *
     * @param folder where to look
     * @return the files, ordered by their path, the same on every system
     * @throws IOException if a folder cannot be read or the links go in circles
     */
    public static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return found.filter(path -> isPicture(path.getFileName().toString()))
                    .filter(path -> !isHidden(folder.relativize(path)))
                    .filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(path -> portable(folder.relativize(path))))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isHidden(Path path) {
        for (Path part : path) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static String portable(Path path) {
        return path.toString().replace('\\', '/');
    }
}
