// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Gathers the measured differences for docs/fidelity.md in {@code target/fidelity.csv}. */
public final class Fidelity {

    private static final Path FILE = Path.of("target", "fidelity.csv");
    private static boolean started;

    private Fidelity() {}

    static void record(String kind, String name, double logits) throws IOException {
        row(kind, name, logits, "");
    }

    public static void record(String kind, String name, double logits, double gradients)
            throws IOException {
        row(kind, name, logits, String.format(Locale.ROOT, "%.1e", gradients));
    }

    private static synchronized void row(String kind, String name, double logits, String gradients)
            throws IOException {
        if (!started) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, "kind,case,logits,gradients\n");
            started = true;
        }
        String row = String.format(Locale.ROOT, "%s,%s,%.1e,%s%n", kind, name, logits, gradients);
        Files.writeString(FILE, row, StandardOpenOption.APPEND);
    }
}
