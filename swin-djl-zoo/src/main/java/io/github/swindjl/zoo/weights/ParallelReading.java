// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Reads tensors into memory of the engine, several at a time, while the network that they are for
 * is being initialised.
 *
 * <p>Most of the time goes into pages of new memory, which the operating system gives out one by
 * one, and on a cold file into waiting; both get shorter with more threads. For one thread.
 */
final class ParallelReading implements AutoCloseable {

    private static final int MAX_THREADS = 4;

    /** Values read at a time: one buffer holds 2 GiB at most. */
    private static final int PIECE = 1 << 26;

    private final StateSource source;
    private final NDManager staging;
    private final ExecutorService threads;
    private final Map<String, CompletableFuture<NDArray>> arrays = new HashMap<>();

    /**
     * Creates a reading that has not begun.
     *
     * @param manager the owner of all arrays to come
     * @param source open until this is closed
     */
    ParallelReading(NDManager manager, StateSource source) {
        this.source = source;
        staging = manager.newSubManager(Device.cpu());
        threads =
                Executors.newFixedThreadPool(
                        Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    /** Begins to read a tensor of a floating-point type as float32. */
    void begin(String name) {
        arrays.put(name, CompletableFuture.supplyAsync(() -> read(name), threads));
    }

    /**
     * Returns a tensor that was begun, once.
     *
     * @param name the tensor
     * @param owner the owner of the array, which is on its device
     * @throws UncheckedIOException if it cannot be read, with a {@link StateException}
     */
    NDArray take(String name, NDManager owner) {
        NDArray read = result(arrays.get(name));
        NDArray placed = read.toDevice(owner.getDevice(), false);
        placed.attach(owner);
        if (placed != read) {
            read.close();
        }
        return placed;
    }

    private static NDArray result(CompletableFuture<NDArray> array) {
        try {
            return array.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private NDArray read(String name) {
        try {
            TensorInfo info = source.info(name);
            NDArray array = staging.create(new Shape(info.shape()), DataType.FLOAT32);
            try (NDManager temporary = staging.newSubManager()) {
                NDArray flat = array.reshape(array.size());
                flat.attach(temporary);
                for (long begin = 0; begin < array.size(); begin += PIECE) {
                    int count = (int) Math.min(PIECE, array.size() - begin);
                    NDArray piece = flat.get(new NDIndex("{}:{}", begin, begin + count));
                    piece.attach(temporary);
                    read(info, begin, count, piece.toByteBuffer(true));
                }
            }
            return array;
        } catch (StateException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(TensorInfo info, long begin, int count, ByteBuffer memory)
            throws StateException {
        if (info.type() == TensorType.F32) {
            source.read(info.name(), begin * Float.BYTES, memory);
        } else {
            float[] values = new float[count];
            source.readFloats(info.name(), begin, values);
            memory.asFloatBuffer().put(values);
        }
    }

    /** Gives up what was not taken, after the reads that run. */
    @Override
    public void close() {
        arrays.values().forEach(array -> array.cancel(false));
        threads.shutdown();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        staging.close();
    }
}
