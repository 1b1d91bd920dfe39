// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransfersTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager(Device.cpu(), EngineInfo.ENGINE);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void sendsNumbersAndReadsThemAgain() {
        float[] values = {1, -2.5f, Float.MIN_VALUE, Float.NaN, 1e38f, 0};
        NDArray sent = Transfers.send(manager, values, new Shape(2, 3));
        assertEquals(new Shape(2, 3), sent.getShape());
        assertEquals(DataType.FLOAT32, sent.getDataType());
        assertArrayEquals(values, Transfers.floats(sent));

        long[] integers = {Long.MIN_VALUE, 0, Long.MAX_VALUE};
        assertArrayEquals(integers, Transfers.send(manager, integers, new Shape(3)).toLongArray());
    }

    @Test
    void whatIsSentIsTheEnginesSoThatSlicesOutliveIt() {
        NDArray slice;
        try (NDArray sent = Transfers.send(manager, new float[] {1, 2, 3, 4}, new Shape(2, 2))) {
            slice = sent.get(1);
        }
        assertArrayEquals(new float[] {3, 4}, Transfers.floats(slice));
    }

    @Test
    void onTheCpuWhatIsShownIsTheBufferItself() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(3).put(new byte[] {1, (byte) 255, 3}).flip();
        NDArray shown = Transfers.show(manager, bytes, new Shape(3));
        assertArrayEquals(new int[] {1, 255, 3}, shown.toUint8Array());
        bytes.put(0, (byte) 7);
        assertArrayEquals(new int[] {7, 255, 3}, shown.toUint8Array());
    }

    @Test
    void readsArraysOfAllTypesTogetherWaitingOnce() {
        List<NDArray> arrays =
                List.of(
                        manager.create(1.5f),
                        manager.create(new long[] {1L << 53, -2}),
                        manager.create(new double[][] {{1e-300}, {Double.POSITIVE_INFINITY}}),
                        manager.create(true));
        long before = Transfers.waits();
        double[] values = Transfers.doubles(arrays);
        assertEquals(1, Transfers.waits() - before);
        assertArrayEquals(
                new double[] {1.5, 1L << 53, -2, 1e-300, Double.POSITIVE_INFINITY, 1}, values);
    }

    /** Without a GPU, that the text at least is understood. */
    @Test
    void sendingThroughPinnedMemoryCompiles() {
        assumeTrue(EngineInfo.devices().size() == 1, "a GPU uses it anyway");
        Kernel pinned =
                Kernel.of(Transfers.class, "send.py", Map.of("device", "cuda:0", "pinned", true));
        String message =
                assertThrows(
                                IllegalStateException.class,
                                () -> pinned.call(true, manager.ones(new Shape(1))))
                        .getMessage();
        assertTrue(message.contains("failed on"), message);
    }

    @Test
    void bytesGoThereAndBackUnsigned() {
        byte[] bytes = {0, 1, 127, -128, -1, 5};
        NDArray sent = Transfers.send(manager, bytes, new Shape(2, 3));
        assertEquals(new Shape(2, 3), sent.getShape());
        assertEquals(255, sent.toType(DataType.INT32, false).toIntArray()[4]);
        bytes[0] = 9;
        assertArrayEquals(new byte[] {0, 1, 127, -128, -1, 5}, Transfers.bytes(sent));
    }

    @Test
    void readingLeavesNoArrayBehind() {
        NDArray array = manager.ones(new Shape(4));
        int before = manager.getManagedArrays().size();
        Transfers.floats(array);
        Transfers.doubles(List.of(array));
        assertEquals(before, manager.getManagedArrays().size());
    }
}
