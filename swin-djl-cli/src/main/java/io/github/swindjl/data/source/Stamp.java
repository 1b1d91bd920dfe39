// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * By what a change of a file or folder is noticed.
 *
 * @param size a file's size in bytes, 0 for a folder, whose size means nothing
 * @param modified when it was last changed, in nanoseconds since 1970
 */
record Stamp(long size, long modified) {

    static Stamp of(Path path) throws IOException {
        return of(Files.readAttributes(path, BasicFileAttributes.class));
    }

    static Stamp of(BasicFileAttributes facts) {
        return new Stamp(
                facts.isDirectory() ? 0 : facts.size(),
                facts.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
}
