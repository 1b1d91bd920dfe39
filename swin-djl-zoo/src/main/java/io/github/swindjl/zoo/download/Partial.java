// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The part of a file that has arrived so far, beside its final place, with a note of what it is a
 * part of.
 *
 * @param content the bytes from the start of the file
 * @param note which version of which file they belong to
 */
record Partial(Path content, Path note) {

    /**
     * What identifies a version of a file on a server.
     *
     * @param address where it came from
     * @param validator the server's mark of the version, fit for the header If-Range
     * @param length bytes of the whole file, -1 if not known
     */
    record Version(String address, String validator, long length) {}

    static Partial beside(Path target) {
        return new Partial(
                target.resolveSibling(target.getFileName() + ".part"),
                target.resolveSibling(target.getFileName() + ".part.version"));
    }

    /** Returns how many bytes have arrived. */
    long size() throws IOException {
        return Files.exists(content) ? Files.size(content) : 0;
    }

    /** Returns what the content is a part of, or null if that is not known. */
    Version version() throws IOException {
        if (size() == 0 || !Files.exists(note)) {
            return null;
        }
        List<String> lines = Files.readAllLines(note);
        try {
            return new Version(lines.get(0), lines.get(1), Long.parseLong(lines.get(2)));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
    }

    /** Starts anew with another version, null for one that the server does not mark. */
    void restart(Version version) throws IOException {
        discard();
        if (version != null) {
            AtomicFile.writeText(
                    note,
                    String.join(
                            "\n",
                            version.address(),
                            version.validator(),
                            Long.toString(version.length()),
                            ""));
        }
    }

    void discard() throws IOException {
        Files.deleteIfExists(note);
        Files.deleteIfExists(content);
    }
}
