// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.data.PublishedSet;
import io.github.swindjl.zoo.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the pictures that a name on the command line means. */
final class DataFolder {

    private DataFolder() {}

    /** Tells whether a text names a published set; a folder of that name is {@code ./name}. */
    static boolean isName(String text) {
        return PublishedSet.named(text).isPresent();
    }

    /**
     * Finds a picture set.
     *
     * @param swin shows how far a download is
     * @param text a folder, or the name of a published set, which is downloaded if it is not there
     * @throws IOException if the set cannot be had, or there is no such folder but a set whose name
     *     is nearly the same
     */
    static Path find(Swin swin, String text) throws IOException {
        Optional<PublishedSet> set = PublishedSet.named(text);
        if (set.isPresent()) {
            return set.get().prepare(new DownloadProgress(swin));
        }
        Path folder = Path.of(text);
        Optional<String> meant = Nearest.to(text, PublishedSet.names());
        if (meant.isPresent() && Files.notExists(folder)) {
            throw new IOException(
                    "There is no folder '"
                            + text
                            + "', and no data set has that name; did you mean "
                            + meant.get()
                            + "? Named sets: "
                            + String.join(", ", PublishedSet.names())
                            + ".");
        }
        return folder;
    }
}
