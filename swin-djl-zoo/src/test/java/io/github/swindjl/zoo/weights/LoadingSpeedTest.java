// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.nn.Parameter;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.zoo.ModelTable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Writes 1.6 GB and measures, so it stays out of the ordinary build; see docs/benchmarks.md. */
@Tag("slow")
class LoadingSpeedTest {

    private static final String MODEL = "swin_large_patch4_window12_384.ms_in22k_ft_in1k";
    private static final String HEAP = "-Xmx200m";
    private static final int ROUNDS = 5;

    @TempDir Path folder;

    private final Map<String, Parameter> parameters =
            StateDict.of(new SwinClassifier(ModelTable.get(MODEL).config(), 1000));

    @Test
    void safetensorsLoadsAsFastAsReadingAllows() throws Exception {
        Path file = folder.resolve("random.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        parameters.forEach(
                (name, value) ->
                        writer.add(
                                name,
                                TensorType.F32,
                                value.getShape().getShape(),
                                TensorContent.of(() -> random(value))));
        writer.write(file);
        measure(file);
    }

    @Test
    void torchZipLoadsAsFastAsReadingAllows() throws Exception {
        Path file = folder.resolve("random.pth");
        TorchBytes pickle = new TorchBytes().raw("\u0080\u0002}");
        try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file));
                ZipOutputStream zip = new ZipOutputStream(raw)) {
            int key = 0;
            for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
                pickle.floats(entry.getKey(), key, entry.getValue().getShape().getShape());
                store(zip, "x/data/" + key++, random(entry.getValue()).array());
            }
            store(zip, "x/data.pkl", pickle.raw(".").bytes());
        }
        measure(file);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
    }

    private static ByteBuffer random(Parameter parameter) {
        int elements = Math.toIntExact(parameter.getShape().size());
        ByteBuffer bytes = ByteBuffer.allocate(elements * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        int state = 1;
        for (int i = 0; i < elements; i++) {
            state = state * 1664525 + 1013904223;
            bytes.putFloat(i * Float.BYTES, state * 0x1p-36f);
        }
        return bytes;
    }

    /** Each round is a new process, so that neither finds memory that was used before. */
    private static void measure(Path file) throws IOException, InterruptedException {
        assertTrue(Files.size(file) > 780_000_000, "only " + Files.size(file) + " bytes");
        double[] read = new double[ROUNDS];
        double[] load = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            read[round] = seconds("read", file);
            load[round] = seconds("load", file);
        }
        double ratio = median(load) / median(read);
        String result =
                String.format(
                        "%s: read %s s, load %s s, ratio of the medians %.2f",
                        file.getFileName(), Arrays.toString(read), Arrays.toString(load), ratio);
        LoggerFactory.getLogger(LoadingSpeedTest.class).info(result);
        assertTrue(ratio < 1.5, result);
    }

    private static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double seconds(String way, Path file) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                HEAP,
                                "-cp",
                                System.getProperty("java.class.path"),
                                LoadingSpeed.class.getName(),
                                way,
                                MODEL,
                                file.toString(),
                                "1")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor());
        String[] numbers = new String(output, StandardCharsets.UTF_8).trim().split(" ");
        return Double.parseDouble(numbers[0]);
    }
}
