// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What training takes is what the formula says, within a tenth. */
@Tag("slow")
class TrainingMemoryTest {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingMemoryTest.class);
    private static final Pattern RESULT = Pattern.compile("measured (\\d+) estimated (\\d+)");

    /** What the libraries take besides, 10⁶ bytes. */
    private static final double LIBRARIES = 225;

    @ParameterizedTest
    @CsvSource({
        "segment, swin_tiny_patch4_window7_224, 2, plain, fp32, 512, 150",
        "simmim, swin_base_patch4_window7_224, 4, plain, fp32, 192, 0",
        "simmim, swin_base_patch4_window7_224, 4, block, fp32, 192, 0",
        "classify, swin_tiny_patch4_window7_224, 16, plain, bf16, 224, 1000",
        "classify, swin_tiny_patch4_window7_224, 16, block, bf16, 224, 1000",
        "classify, swin_base_patch4_window7_224, 4, plain, bf16, 224, 1000"
    })
    void liesWithinATenthOfTheEstimate(
            String task,
            String model,
            String pictures,
            String mode,
            String precision,
            String side,
            String classes,
            @TempDir Path folder)
            throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "the peak is read from /proc");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:+UseParallelGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                TrainingMemory.class.getName()));
        command.addAll(List.of(task, model, pictures, mode, precision, side, classes));
        Path log = folder.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        // Large arrays in pages of their own: what is freed is gone.
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "1048576");
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        Process process = builder.start();
        process.waitFor();
        String told = Files.readString(log);
        Matcher result = RESULT.matcher(told);
        assertTrue(result.find(), told);
        LOG.info("{} {}: {}", task, mode, result.group());
        double measured = Double.parseDouble(result.group(1));
        double estimated = Double.parseDouble(result.group(2)) + LIBRARIES;
        assertEquals(measured, estimated, measured / 10);
    }
}
