// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies between Java's memory and a device.
 *
 * <p>A GPU computes what it was given while Java goes on. Reading waits for all of it; sending does
 * not, since it goes through pinned memory. Each wait is counted. Thread-safe.
 */
public final class Transfers {

    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);
    private static final Kernel JOIN = Kernel.of(Transfers.class, "join.py", Map.of());
    private static final Map<Device, Kernel> SENDERS = new ConcurrentHashMap<>();
    private static final LongAdder WAITS = new LongAdder();

    private Transfers() {}

    /**
     * Sends numbers.
     *
     * @param owner owner of the result, on the device to send to
     * @param values the numbers
     * @param shape of the result
     * @return an array of float32 in the engine's memory; the caller closes it
     */
    public static NDArray send(NDManager owner, float[] values, Shape shape) {
        ByteBuffer bytes = direct(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return send(owner, bytes, shape, DataType.FLOAT32);
    }

    /**
     * Sends integers.
     *
     * @param owner owner of the result, on the device to send to
     * @param values the integers
     * @param shape of the result
     * @return an array of int64 in the engine's memory; the caller closes it
     */
    public static NDArray send(NDManager owner, long[] values, Shape shape) {
        ByteBuffer bytes = direct(values.length * Long.BYTES);
        bytes.asLongBuffer().put(values);
        return send(owner, bytes, shape, DataType.INT64);
    }

    private static NDArray send(NDManager owner, ByteBuffer bytes, Shape shape, DataType type) {
        try (NDManager java = owner.newSubManager(Device.cpu())) {
            NDArray sent = sender(owner.getDevice()).call(true, java.create(bytes, shape, type));
            sent.attach(owner);
            return sent;
        }
    }

    /**
     * Sends bytes.
     *
     * @param owner owner of the result, on the device to send to
     * @param values the bytes
     * @param shape of the result
     * @return an array of uint8 in the engine's memory; the caller closes it
     */
    public static NDArray send(NDManager owner, byte[] values, Shape shape) {
        ByteBuffer bytes = direct(values.length);
        bytes.put(values).flip();
        return send(owner, bytes, shape, DataType.UINT8);
    }

    /**
     * Gives the device sight of bytes: on a GPU a copy, on a CPU the buffer itself, so that what is
     * computed from the result must not be a view of it.
     *
     * @param owner owner of the result, on the device
     * @param bytes a direct buffer, to be left as it is until the result is closed
     * @param shape of the result
     * @return an array of uint8; the caller closes it
     */
    public static NDArray show(NDManager owner, ByteBuffer bytes, Shape shape) {
        return owner.getDevice().isGpu()
                ? send(owner, bytes, shape, DataType.UINT8)
                : owner.create(bytes, shape, DataType.UINT8);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static Kernel sender(Device device) {
        return SENDERS.computeIfAbsent(device, Transfers::fastestSender);
    }

    /** Found out once, by trying. */
    private static Kernel fastestSender(Device device) {
        Kernel plain = sender(device, false);
        if (!device.isGpu()) {
            return plain;
        }
        Kernel pinned = sender(device, true);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), EngineInfo.ENGINE)) {
            pinned.call(false, manager.ones(new Shape(1)));
            return pinned;
        } catch (IllegalStateException e) {
            LOG.warn("{} takes no pinned memory, so each batch waits for it", device, e);
            return plain;
        }
    }

    private static Kernel sender(Device device, boolean pinned) {
        String name = device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
        return Kernel.of(Transfers.class, "send.py", Map.of("device", name, "pinned", pinned));
    }

    /**
     * Reads scalars and small arrays in one go. Waits for the device.
     *
     * @param arrays of any number types on one device
     * @return their values, one array's after the other's; integers are exact up to 2<sup>53</sup>
     */
    public static double[] doubles(List<NDArray> arrays) {
        try (NDManager temporary = arrays.get(0).getManager().newSubManager();
                NDArray joined = JOIN.update(temporary, arrays)) {
            return read(joined, NDArray::toDoubleArray);
        }
    }

    /**
     * Reads an array. Waits for the device.
     *
     * @param array of float32
     * @return its values
     */
    public static float[] floats(NDArray array) {
        return read(array, NDArray::toFloatArray);
    }

    /**
     * Reads an array. Waits for the device.
     *
     * @param array of uint8
     * @return its values, unsigned
     */
    public static byte[] bytes(NDArray array) {
        return read(array, NDArray::toByteArray);
    }

    /** What is copied from a GPU stays with the array's manager, so it gets one that ends here. */
    private static <T> T read(NDArray array, Function<NDArray, T> reader) {
        WAITS.increment();
        try (NDManager temporary = array.getManager().newSubManager();
                NDArray handle = Handles.share(array, temporary)) {
            return reader.apply(handle);
        }
    }

    /**
     * Tells how often this process has waited for a device by reading from it, or would have had to
     * on a GPU.
     *
     * @return the count since the process began
     */
    public static long waits() {
        return WAITS.sum();
    }
}
