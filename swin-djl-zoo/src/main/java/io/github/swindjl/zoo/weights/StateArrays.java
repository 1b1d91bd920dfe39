// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.github.swindjl.kernels.Bfloat16;
import io.github.swindjl.kernels.HostMemory;
import io.github.swindjl.kernels.Kernel;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Arrays of the engine to and from state dictionaries, exactly and under the same names. */
public final class StateArrays {

    /** Values that are read or written at a time. */
    private static final int PIECE = 1 << 26;

    private static final Kernel COPY = Kernel.of(StateArrays.class, "copy.py", Map.of());

    private StateArrays() {}

    /**
     * Writes arrays to a safetensors file, atomically, one array at a time.
     *
     * @param file the file; its directory must exist
     * @param arrays the arrays by name, on any device
     * @throws StateException if the file cannot be written
     * @throws IllegalArgumentException if an array has a type that the file format or the engine
     *     does not have
     */
    public static void write(Path file, Map<String, NDArray> arrays) throws StateException {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        arrays.forEach(
                (name, array) ->
                        writer.add(
                                name,
                                type(name, array),
                                array.getShape().getShape(),
                                channel -> write(array, channel)));
        writer.write(file);
    }

    /** A piece at a time: one buffer holds 2 GiB at most. */
    private static void write(NDArray array, WritableByteChannel channel) throws IOException {
        for (long begin = 0; begin < array.size(); begin += PIECE) {
            // Copies from a GPU stay with the manager until it closes.
            try (NDManager manager = array.getManager().newSubManager()) {
                NDArray own = piece(array, begin, manager).duplicate();
                own.attach(manager);
                TensorContent.of(own::toByteBuffer).writeTo(channel);
            }
        }
    }

    /** Returns the values from one on, at most {@link #PIECE} of them, in the array's memory. */
    private static NDArray piece(NDArray array, long begin, NDManager manager) {
        NDArray values = array.stopGradient();
        values.attach(manager);
        NDArray flat = values.reshape(array.size());
        flat.attach(manager);
        NDArray piece =
                flat.get(new NDIndex("{}:{}", begin, Math.min(begin + PIECE, array.size())));
        piece.attach(manager);
        return piece;
    }

    /**
     * Overwrites arrays with the tensors of the same names. Both sides must have the same names,
     * shapes and types; otherwise nothing is overwritten.
     *
     * @param source the dictionary
     * @param targets the arrays by name, on any device, changed in place
     * @throws StateException if a name, shape or type differs, or the file cannot be read
     */
    public static void read(StateSource source, Map<String, NDArray> targets)
            throws StateException {
        checkNames(source, targets.keySet());
        for (Map.Entry<String, NDArray> entry : targets.entrySet()) {
            checkKind(source, entry.getKey(), entry.getValue());
        }
        for (Map.Entry<String, NDArray> entry : targets.entrySet()) {
            NDArray target = entry.getValue();
            for (long begin = 0; begin < target.size(); begin += PIECE) {
                try (NDManager manager = target.getManager().newSubManager()) {
                    NDArray piece = piece(target, begin, manager);
                    copy(source, entry.getKey(), begin, piece);
                }
            }
        }
    }

    private static void checkNames(StateSource source, Set<String> expected) throws StateException {
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(source.tensors().keySet());
        Set<String> unexpected = new TreeSet<>(source.tensors().keySet());
        unexpected.removeAll(expected);
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new StateException(
                    source.file(),
                    "is not the state of this network: missing "
                            + missing
                            + ", unexpected "
                            + unexpected);
        }
    }

    private static void checkKind(StateSource source, String name, NDArray target)
            throws StateException {
        TensorInfo info = source.info(name);
        TensorType type = type(name, target);
        long[] shape = target.getShape().getShape();
        if (info.type() != type || !Arrays.equals(info.shape(), shape)) {
            throw new StateException(
                    source.file(),
                    "tensor " + info + " does not fit, expected " + type + Arrays.toString(shape));
        }
    }

    /** Overwrites an array with the values of a tensor from one on. */
    private static void copy(StateSource source, String name, long begin, NDArray target)
            throws StateException {
        try (NDManager manager = target.getManager().newSubManager(Device.cpu())) {
            NDArray read = HostMemory.zeros(manager, target);
            long offset = begin * type(name, target).bits() / Byte.SIZE;
            source.read(name, offset, read.toByteBuffer(true));
            COPY.update(manager, target, read);
        }
    }

    /** Returns the bytes that an array's values take in a file. */
    static long bytes(String name, NDArray array) {
        return array.size() * type(name, array).bits() / Byte.SIZE;
    }

    private static TensorType type(String name, NDArray array) {
        DataType type = array.getDataType();
        if (Bfloat16.is(array)) {
            return TensorType.BF16;
        }
        return switch (type) {
            case FLOAT32 -> TensorType.F32;
            case FLOAT64 -> TensorType.F64;
            case FLOAT16 -> TensorType.F16;
            case INT64 -> TensorType.I64;
            case INT32 -> TensorType.I32;
            case INT8 -> TensorType.I8;
            case UINT8 -> TensorType.U8;
            case BOOLEAN -> TensorType.BOOL;
            default ->
                    throw new IllegalArgumentException(
                            "Array " + name + " of type " + type + " cannot be in a state file");
        };
    }
}
