// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.kernels.EngineInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParallelReadingTest {

    private static final int TENSORS = 20;

    @TempDir Path folder;

    private StateSource file() throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 0; i < TENSORS; i++) {
            writer.add("t" + i, TensorType.F32, new long[] {2}, TensorContent.of(i, -i));
        }
        Path file = folder.resolve("some.safetensors");
        writer.write(file);
        return StateFiles.open(file);
    }

    @Test
    void givesEveryTensorToItsOwner() throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), EngineInfo.ENGINE);
                StateSource source = file()) {
            NDArray[] arrays = new NDArray[TENSORS];
            try (ParallelReading reading = new ParallelReading(manager, source)) {
                for (int i = 0; i < TENSORS; i++) {
                    reading.begin("t" + i);
                }
                for (int i = 0; i < TENSORS; i++) {
                    arrays[i] = reading.take("t" + i, manager);
                }
            }
            for (int i = 0; i < TENSORS; i++) {
                assertSame(manager, arrays[i].getManager());
                assertArrayEquals(new float[] {i, -i}, arrays[i].toFloatArray());
            }
        }
    }

    @Test
    void passesOnWhatTheFileRefuses() throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), EngineInfo.ENGINE);
                StateSource source = file();
                ParallelReading reading = new ParallelReading(manager, source)) {
            source.close();
            reading.begin("t3");
            UncheckedIOException failure =
                    assertThrows(UncheckedIOException.class, () -> reading.take("t3", manager));
            assertSame(StateException.class, failure.getCause().getClass());
        }
    }
}
