// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.zoo.weights.SafetensorsWriter;
import io.github.swindjl.zoo.weights.StateFiles;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.TensorInfo;
import io.github.swindjl.zoo.weights.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The mean of several checkpoints' weights. */
public final class WeightsMean {

    private static final int PART = 1 << 18;

    private WeightsMean() {}

    /**
     * Writes the mean of weights: every value is summed in float64, divided and rounded to float32
     * once. Only a part of one tensor is in memory at a time.
     *
     * @param files files of weights, or indexes of several, with floating-point tensors of the same
     *     names and shapes, at least one
     * @param target the file to write
     * @throws IOException if a file cannot be read or written, or differs from the first in a
     *     tensor's name or shape
     * @throws IllegalArgumentException if there is no file
     */
    public static void write(List<Path> files, Path target) throws IOException {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("There are no weights to average");
        }
        List<StateSource> sources = new ArrayList<>();
        try {
            for (Path file : files) {
                sources.add(StateFiles.open(file));
            }
            SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
            for (StateSource source : sources) {
                requireSameNames(sources.get(0), source);
            }
            for (Map.Entry<String, TensorInfo> entry : sources.get(0).tensors().entrySet()) {
                String name = entry.getKey();
                TensorInfo first = entry.getValue();
                for (StateSource source : sources) {
                    requireSame(source, name, first);
                }
                writer.add(
                        name,
                        TensorType.F32,
                        first.shape(),
                        channel -> writeMean(sources, name, first.elements(), channel));
            }
            writer.write(target);
        } finally {
            for (StateSource source : sources) {
                source.close();
            }
        }
    }

    private static void writeMean(
            List<StateSource> sources, String name, long elements, WritableByteChannel channel)
            throws IOException {
        for (long done = 0; done < elements; done += PART) {
            int count = (int) Math.min(PART, elements - done);
            double[] sum = new double[count];
            float[] values = new float[count];
            for (StateSource source : sources) {
                source.readFloats(name, done, values);
                for (int i = 0; i < count; i++) {
                    sum[i] += values[i];
                }
            }
            ByteBuffer bytes =
                    ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
            for (double value : sum) {
                bytes.putFloat((float) (value / sources.size()));
            }
            bytes.flip();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private static void requireSameNames(StateSource first, StateSource other) throws IOException {
        TreeSet<String> different = new TreeSet<>(first.tensors().keySet());
        different.removeAll(other.tensors().keySet());
        TreeSet<String> more = new TreeSet<>(other.tensors().keySet());
        more.removeAll(first.tensors().keySet());
        different.addAll(more);
        if (!different.isEmpty()) {
            throw new IOException(
                    other.file()
                            + " and "
                            + first.file()
                            + " have different tensors: only one of them has "
                            + different.first()
                            + (different.size() > 1
                                    ? " and " + (different.size() - 1) + " more"
                                    : "")
                            + "; average checkpoints of the same model");
        }
    }

    private static void requireSame(StateSource source, String name, TensorInfo first)
            throws IOException {
        TensorInfo info = source.info(name);
        if (!Arrays.equals(info.shape(), first.shape()) || !info.type().widens()) {
            throw new IOException(
                    source.file()
                            + ": tensor "
                            + name
                            + " is "
                            + info.type()
                            + " "
                            + Arrays.toString(info.shape())
                            + ", expected floating-point numbers of the shape "
                            + Arrays.toString(first.shape()));
        }
    }
}
