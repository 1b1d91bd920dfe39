// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Gathers the measured differences for docs/fidelity.md in {@code target/fidelity.csv}. */
final class Fidelity {

    private static final Path FILE = Path.of("target", "fidelity.csv");
    private static boolean started;

    private Fidelity() {}

    static synchronized void record(String name, String what, double difference)
            throws IOException {
        if (!started) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, "case,compared,difference\n");
            started = true;
        }
        String row = String.format(Locale.ROOT, "%s,%s,%.1e%n", name, what, difference);
        Files.writeString(FILE, row, StandardOpenOption.APPEND);
    }

    /** Returns the largest difference. */
    static double largest(float[] expected, float[] found) {
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs((double) expected[i] - found[i]));
        }
        return largest;
    }
}
