// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.kernels.Autograd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateArraysTest {

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
        arrays.put("w", manager.create(new float[] {first, 2, 3, 4, 5, 6}, new Shape(2, 3)));
        arrays.put("scalar", manager.create(first));
        arrays.put("double", manager.create(new double[] {first, Math.PI}));
        arrays.put("long", manager.create(new long[] {(long) first, -1}));
        arrays.put("int", manager.create(new int[] {(int) first}));
        arrays.put("byte", manager.create(new byte[] {(byte) first, 2, 3}));
        arrays.put("flag", manager.create(new boolean[] {first > 0, true}));
        arrays.put("half", manager.create(new float[] {first}).toType(DataType.FLOAT16, false));
        arrays.put("pixel", manager.ones(new Shape(3), DataType.UINT8));
        return arrays;
    }

    private Path written(Map<String, NDArray> arrays) throws IOException {
        Path file = folder.resolve("state.safetensors");
        StateArrays.write(file, arrays);
        return file;
    }

    @Test
    void restoresEveryBitInPlace() throws IOException {
        Map<String, NDArray> source = arrays(7);
        Map<String, NDArray> target = arrays(-1);
        target.get("w").setRequiresGradient(true);
        NDArray view = target.get("w").stopGradient();
        int before = manager.getManagedArrays().size();
        try (Safetensors state = Safetensors.open(written(source))) {
            assertEquals(TensorType.F32, state.info("w").type());
            assertEquals(0, state.info("scalar").shape().length);
            StateArrays.read(state, target);
        }
        source.forEach(
                (name, array) ->
                        assertArrayEquals(
                                array.toByteArray(), target.get(name).toByteArray(), name));
        assertEquals(7, view.getFloat(0, 0), "the array was replaced instead of overwritten");
        assertEquals(before, manager.getManagedArrays().size(), "arrays were left behind");
        assertTrue(target.get("w").hasGradient());
    }

    @Test
    void worksWhileGradientsAreRecorded() throws IOException {
        Map<String, NDArray> target = arrays(-1);
        target.get("w").setRequiresGradient(true);
        try (Safetensors state = Safetensors.open(written(arrays(7)));
                Autograd.Mode mode = Autograd.record()) {
            StateArrays.read(state, target);
        }
        assertEquals(7, target.get("w").toFloatArray()[0]);
    }

    @Test
    void changesNothingWhenAnythingDiffers() throws IOException {
        Path file = written(arrays(7));
        Map<String, NDArray> missing = arrays(-1);
        missing.put("extra", manager.zeros(new Shape(1)));
        Map<String, NDArray> unexpected = arrays(-1);
        unexpected.remove("int");
        Map<String, NDArray> shape = arrays(-1);
        shape.put("w", manager.zeros(new Shape(3, 2)));
        Map<String, NDArray> type = arrays(-1);
        type.put("long", manager.zeros(new Shape(2)));
        try (Safetensors state = Safetensors.open(file)) {
            refuses(state, missing, List.of("missing [extra]"));
            refuses(state, unexpected, List.of("unexpected [int]"));
            refuses(state, shape, List.of("w F32[2, 3]", "expected F32[3, 2]"));
            refuses(state, type, List.of("long I64[2]", "expected F32[2]"));
        }
    }

    private static void refuses(
            Safetensors state, Map<String, NDArray> targets, List<String> words) {
        String message =
                assertThrows(StateException.class, () -> StateArrays.read(state, targets))
                        .getMessage();
        for (String word : words) {
            assertTrue(message.contains(word), message);
        }
        assertEquals(-1, targets.get("scalar").getFloat());
    }
}
