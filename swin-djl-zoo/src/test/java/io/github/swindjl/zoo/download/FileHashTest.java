// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.zoo.weights.StateShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHashTest {

    private static final String NAME = "model.safetensors";

    @TempDir private Path folder;

    /** Writes two arrays of 8 bytes and returns what names them. */
    private Path weights(String name, float last, long limit) throws IOException {
        Path directory = Files.createDirectory(folder.resolve(name));
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            arrays.put("a", manager.create(new float[] {1, 2}));
            arrays.put("b", manager.create(new float[] {3, last}));
            for (Map.Entry<String, StateShards.Writer> file :
                    StateShards.plan(NAME, arrays, limit).entrySet()) {
                file.getValue().writeTo(directory.resolve(file.getKey()));
            }
        }
        return StateShards.find(directory, NAME);
    }

    @Test
    void weightsInSeveralFilesAreToldByTheirValues() throws IOException {
        Path one = weights("one", 4, 8);
        Path other = weights("other", 5, 8);
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(other));
        assertNotEquals(FileHash.ofWeights(one), FileHash.ofWeights(other));
        assertEquals(FileHash.ofWeights(one), FileHash.ofWeights(weights("again", 4, 8)));
    }

    @Test
    void weightsInOneFileHaveItsHash() throws IOException {
        Path file = weights("whole", 4, 16);
        assertEquals(FileHash.of(file), FileHash.ofWeights(file));
    }
}
