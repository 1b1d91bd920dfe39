// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The archive of classes that lets Java start faster, made by the launcher after a build. */
final class ClassArchive {

    /** The launcher's word for the archive it gave to Java. */
    private static final String PROPERTY = "swin.archive";

    private ClassArchive() {}

    /** Says in one line whether this process uses the archive. */
    static String describe() {
        return describe(System.getProperty(PROPERTY, ""), Path.of("/proc/self/maps"));
    }

    /**
     * Says in one line whether a process uses an archive.
     *
     * @param archive the archive that Java was given, empty for none
     * @param maps a list of the files that the process has mapped, as Linux keeps it
     */
    static String describe(String archive, Path maps) {
        if (archive.isEmpty()) {
            return "none was given to this Java, so it starts more slowly";
        }
        if (!Files.isReadable(maps)) {
            return archive + " was given to Java; this system does not tell whether it is used";
        }
        try {
            // Names of files are bytes.
            String mapped = Files.readString(maps, StandardCharsets.ISO_8859_1);
            String name =
                    new String(
                            archive.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return mapped.lines().anyMatch(line -> line.endsWith(' ' + name))
                    ? "in use: " + archive
                    : archive + " does not fit; delete it to have it made anew";
        } catch (IOException e) {
            return archive + " was given to Java; whether it is used is unknown: " + e.getMessage();
        }
    }
}
