// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

import java.io.IOException;
import java.nio.file.Path;

/** Measures how long it takes to open a split, and what it keeps on the heap. */
public final class SourceSpeed {

    private SourceSpeed() {}

    /**
     * Prints milliseconds and megabytes.
     *
     * @param arguments the set's root and the name of the split
     * @throws IOException if the set cannot be opened
     */
    public static void main(String[] arguments) throws IOException {
        long before = System.nanoTime();
        IndexedSource data = PictureSets.open(Path.of(arguments[0]), arguments[1]);
        long opened = System.nanoTime();
        String fingerprint = data.fingerprint();
        long digested = System.nanoTime();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "%d pictures, %d classes: opened in %.0f ms, fingerprint %s in %.0f ms, heap %.1f"
                        + " MB%n",
                data.size(),
                data.classes().size(),
                (opened - before) / 1e6,
                fingerprint.substring(0, 8),
                (digested - opened) / 1e6,
                (runtime.totalMemory() - runtime.freeMemory()) / 1e6);
    }
}
