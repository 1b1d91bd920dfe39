// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the shared test files, whichever module's folder the tests run in. */
public final class TestData {

    private TestData() {}

    /** Returns a file or folder below {@code src-test-data}. */
    public static Path file(String relative) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path data = folder.resolve("src-test-data");
            if (Files.isDirectory(data)) {
                return data.resolve(relative);
            }
            folder = folder.getParent();
        }
        throw new IllegalStateException("No src-test-data above " + Path.of("").toAbsolutePath());
    }
}
