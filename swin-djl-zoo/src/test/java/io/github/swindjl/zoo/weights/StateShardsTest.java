// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Bfloat16;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateShardsTest {

    private static final String NAME = "model.safetensors";

    @TempDir Path folder;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private Map<String, NDArray> arrays(float first) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("a.weight", manager.arange(first, first + 6, 1).reshape(2, 3));
        arrays.put("a.bias", manager.create(new float[] {first, 1}));
        arrays.put("b.weight", manager.arange(first, first + 20, 1));
        arrays.put("count", manager.create((long) first));
        arrays.put("c.bias", manager.create(new float[] {first}));
        return arrays;
    }

    private void write(Map<String, NDArray> arrays, long limit) throws IOException {
        for (Map.Entry<String, StateShards.Writer> file :
                StateShards.plan(NAME, arrays, limit).entrySet()) {
            file.getValue().writeTo(folder.resolve(file.getKey()));
        }
    }

    @Test
    void whatFitsIsOneFile() throws IOException {
        write(arrays(1), 1000);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve(NAME)), files.toList());
        }
        assertEquals(folder.resolve(NAME), StateShards.find(folder, NAME));
    }

    @Test
    void bfloat16TakesTwoBytes() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        NDArray like = manager.zeros(new Shape(3, 2));
        arrays.put("a", Bfloat16.zeros(manager, like));
        arrays.put("b", Bfloat16.zeros(manager, like));
        assertEquals(1, StateShards.plan(NAME, arrays, 24).size());
        assertEquals(3, StateShards.plan(NAME, arrays, 23).size());
    }

    @Test
    void severalFilesRestoreEveryBit() throws IOException {
        Map<String, NDArray> source = arrays(5);
        write(source, 32);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(
                            "model-00001-of-00003.safetensors",
                            "model-00002-of-00003.safetensors",
                            "model-00003-of-00003.safetensors",
                            "model.safetensors.index.json"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        try (Safetensors shard =
                Safetensors.open(folder.resolve("model-00002-of-00003.safetensors"))) {
            // More than the limit, so by itself.
            assertEquals(List.of("b.weight"), List.copyOf(shard.tensors().keySet()));
        }
        Path found = StateShards.find(folder, NAME);
        assertTrue(Files.readString(found).contains("\"total_size\": 124"));
        Map<String, NDArray> target = arrays(-3);
        try (StateSource state = StateFiles.open(found)) {
            StateArrays.read(state, target);
        }
        source.forEach(
                (name, array) ->
                        assertArrayEquals(
                                array.toByteArray(), target.get(name).toByteArray(), name));
    }

    /** A tensor of more bytes than a Java buffer holds. Slow: 2.2 GB in memory and on disk. */
    @Test
    @Tag("slow")
    void tensorsAboveTwoGibibytesAreWrittenAndReadInPieces() throws IOException {
        assumeTrue(
                folder.toFile().getUsableSpace() > 5L << 30, "there is no room for 2.2 GB on disk");
        long size = (1L << 29) + (1 << 24);
        NDArray large = manager.create(new Shape(size), DataType.FLOAT32);
        large.set(new NDIndex(":"), 0.25f);
        long[] places = {0, (1 << 26) - 1, 1 << 26, (1L << 29) - 1, 1L << 29, size - 1};
        for (int i = 0; i < places.length; i++) {
            large.set(new NDIndex("{}", places[i]), i + 1);
        }
        Path file = folder.resolve(NAME);
        StateArrays.write(file, Map.of("large", large));
        large.set(new NDIndex(":"), 7f);
        try (Safetensors state = Safetensors.open(file)) {
            StateArrays.read(state, Map.of("large", large));
            for (int i = 0; i < places.length; i++) {
                assertEquals(i + 1, large.getFloat(places[i]));
            }
            assertEquals(0.25f, large.getFloat(places[4] + 1));
            large.close();
            try (ParallelReading reading = new ParallelReading(manager, state)) {
                reading.begin("large");
                NDArray read = reading.take("large", manager);
                for (int i = 0; i < places.length; i++) {
                    assertEquals(i + 1, read.getFloat(places[i]));
                }
                assertEquals(0.25f, read.getFloat(places[4] + 1));
            }
        }
    }
}
