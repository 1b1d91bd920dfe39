// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.blocks.SwinSize;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two largest networks at their full size. Slow, since they take 3 and 12 GB: random parameters
 * alone take minutes.
 */
@Tag("slow")
class LargeModelsTest {

    private static final Logger LOG = LoggerFactory.getLogger(LargeModelsTest.class);
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    /** What the libraries and Java take besides, at most. */
    private static final long LIBRARIES = 700_000_000;

    @TempDir private Path folder;

    private static ModelDescription description(SwinSize size, int pixels) {
        SwinConfig config =
                SwinConfig.v2()
                        .optSize(size)
                        .optImageSize(pixels, pixels)
                        .optWindow(pixels / 16)
                        .build();
        return new ModelDescription(
                size.name(), config, List.of(), Preprocessing.official(pixels, pixels));
    }

    private static long kilobytes(Path file, String line) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(each -> each.startsWith(line))
                    .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Runs something and returns how many bytes the process then had more at most. */
    private static long peak(Runnable task) throws IOException {
        System.gc();
        Files.writeString(CLEAR, "5");
        long before = kilobytes(STATUS, "VmRSS:");
        task.run();
        return (kilobytes(STATUS, "VmHWM:") - before) << 10;
    }

    private static void requireMemory(long bytes) throws IOException {
        assumeTrue(Files.isWritable(CLEAR), "peak memory is measured by " + CLEAR);
        long free = kilobytes(Path.of("/proc/meminfo"), "MemAvailable:") << 10;
        assumeTrue(free > bytes, free + " bytes of memory are free, " + bytes + " are needed");
    }

    /** The model is not returned but kept, since what is measured must not hold it twice. */
    private SwinModel model;

    private long create(SwinSize size, int pixels, long parameters) throws IOException {
        ModelDescription description = description(size, pixels);
        long peak = peak(() -> model = SwinModel.create(description, Device.cpu(), 1));
        long count =
                StateDict.of(model.block()).values().stream()
                        .mapToLong(parameter -> parameter.getShape().size())
                        .sum();
        assertEquals(parameters, count);
        LOG.info("{} created: {} MB for {} MB of parameters", size, mega(peak), mega(4 * count));
        assertTrue(peak < 4 * count + LIBRARIES, "creating took " + peak);
        return 4 * count;
    }

    private float[] forward(SwinModel model, int pixels) throws IOException {
        float[][] features = new float[1][];
        long took =
                peak(
                        () -> {
                            try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
                                NDArray x = manager.ones(new Shape(1, 3, pixels, pixels));
                                features[0] =
                                        model.block()
                                                .forward(
                                                        new ParameterStore(manager, false),
                                                        new NDList(x),
                                                        false,
                                                        ForwardOptions.of(Precision.BF16))
                                                .singletonOrThrow()
                                                .toFloatArray();
                            }
                        });
        for (float feature : features[0]) {
            assertTrue(Float.isFinite(feature));
        }
        LOG.info("Forward in bf16 at {} pixels: {} MB more", pixels, mega(took));
        assertTrue(took < LIBRARIES, "a forward pass took " + took);
        return features[0];
    }

    private static long mega(long bytes) {
        return bytes / 1_000_000;
    }

    @Test
    void hugeIsCreatedComputedSavedInPartsAndLoaded() throws IOException {
        requireMemory(7L << 30);
        assumeTrue(folder.toFile().getUsableSpace() > 3L << 30, "there is no room for 2.7 GB");
        create(SwinSize.H, 192, 655_219_370L);
        try (SwinModel created = model) {
            float[] expected = forward(created, 192);
            created.save(folder);
            assertTrue(Files.exists(folder.resolve("model.safetensors.index.json")));
            try (Stream<Path> files = Files.list(folder)) {
                assertTrue(
                        files.allMatch(file -> file.toFile().length() <= (2L << 30) + (1 << 20)));
            }
            long took = peak(() -> load(folder));
            LOG.info("Loaded from several files: {} MB, the mapped files included", mega(took));
            try (SwinModel loaded = model) {
                assertArrayEquals(expected, forward(loaded, 192));
            }
        }
    }

    private void load(Path from) {
        try {
            model = SwinModel.load(from, Device.cpu());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void giantIsCreatedAndComputed() throws IOException {
        requireMemory(14L << 30);
        create(SwinSize.G, 64, 2_997_843_680L);
        try (SwinModel created = model) {
            forward(created, 64);
        }
    }
}
