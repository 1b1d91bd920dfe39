// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Measures cases from their beginning to their end. Thread-safe. */
public final class Benchmark {

    private Benchmark() {}

    /**
     * Measures a case.
     *
     * @param what the case
     * @param protocol how
     * @param listener hears of smaller batches
     * @return the figures
     * @throws InterruptedException if the thread is interrupted
     * @throws RuntimeException what the engine threw, if not even one picture fits into memory
     */
    public static BenchResult measure(BenchCase what, Protocol protocol, BenchListener listener)
            throws InterruptedException {
        try (BenchRun run = BenchRun.start(what, protocol.warmUp(), listener)) {
            run.round(protocol.repeats());
            if (protocol.outsideSeconds() > 0) {
                run.findOutside(protocol.outsideSeconds());
            }
            return run.result();
        }
    }

    /**
     * Writes results of one mode as CSV: a line of column names, then one line each.
     *
     * @param results at least one
     * @param file where to; an existing file is replaced
     * @throws IOException if it cannot be written
     */
    public static void writeCsv(List<BenchResult> results, Path file) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, format)) {
            printer.printRecord(results.get(0).row().keySet());
            for (Map<String, Object> row : results.stream().map(BenchResult::row).toList()) {
                printer.printRecord(row.values());
            }
        }
        AtomicFile.writeText(file, text.toString());
    }
}
