// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.zoo.ModelTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Whole checkpoints, written by the libraries into the folder that {@code -Dswin.checkpoints=}
 * names, by {@code scripts/make_dialect_checkpoints.py}.
 */
@Tag("slow")
class DialectCheckpointTest {

    private static final double TOLERANCE = 1e-4;

    @TestFactory
    List<DynamicTest> libraryAndNetworkAgree() throws IOException {
        String folder = System.getProperty("swin.checkpoints");
        assumeTrue(folder != null, "needs checkpoints: -Dswin.checkpoints=DIR");
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(one -> one.toString().endsWith(".json")).toList()) {
                tests.add(
                        DynamicTest.dynamicTest(file.getFileName().toString(), () -> agree(file)));
            }
        }
        assertTrue(!tests.isEmpty(), folder + " holds no checkpoint");
        return tests;
    }

    private static void agree(Path file) throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        String stem = file.toString().replaceAll("\\.json$", "");
        Path weights = Path.of(stem + ".safetensors");
        String model = json.get("model").getAsString();
        boolean torchvision = json.get("dialect").getAsString().equals("torchvision");
        String entry =
                torchvision
                        ? model.replaceAll("(swin|swinv2)_(.).*", "$1_$2")
                                .replace("swinv2", "swin_v2")
                        : model;
        long begin = System.nanoTime();
        try (StateSource source =
                StateFiles.open(Files.exists(weights) ? weights : Path.of(stem + ".pth"))) {
            LoadedWeights loaded =
                    WeightsLoader.load(
                            source, ModelTable.get(entry).config(), 1000, LoadOptions.DEFAULT);
            float[] found = DialectCase.compute(loaded, 1000);
            JsonArray expected = json.getAsJsonArray("logits");
            double difference = 0;
            double largest = 0;
            for (int i = 0; i < found.length; i++) {
                double logit = expected.get(i).getAsDouble();
                difference = Math.max(difference, Math.abs(found[i] - logit));
                largest = Math.max(largest, Math.abs(logit));
            }
            record(file, loaded.report(), difference, largest, System.nanoTime() - begin);
            assertEquals(1, loaded.report().backboneShare());
            assertTrue(loaded.report().isComplete(), loaded.report().details());
            assertTrue(difference <= TOLERANCE, "logits differ by " + difference);
        }
    }

    /** Adds a row to {@code target/dialects.csv}. */
    private static void record(
            Path file, LoadReport report, double difference, double largest, long nanos)
            throws IOException {
        Path table = Path.of("target", "dialects.csv");
        String row =
                String.format(
                        Locale.ROOT,
                        "%s,%s,%d,%d,%d,%.1e,%.1f,%.1f%n",
                        file.getFileName().toString().replace(".json", ""),
                        report.dialect(),
                        report.loaded().size(),
                        report.renamed().size(),
                        report.buffers().size(),
                        difference,
                        largest,
                        nanos / 1e9);
        Files.createDirectories(table.getParent());
        Files.writeString(table, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
