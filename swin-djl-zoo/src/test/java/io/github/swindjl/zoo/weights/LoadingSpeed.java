// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Memory;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.ModelTable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Measures how long weights take from a file into a model on the CPU, against reading the file once
 * into memory that was just allocated. A program of its own, so that its heap can be limited.
 *
 * <p>Prints the best read and the best load of several rounds, in seconds.
 */
final class LoadingSpeed {

    private static final int ROUNDS = 7;
    private static final int PART = 1 << 20;

    private LoadingSpeed() {}

    /** Arguments: the model's name and the file with its weights. */
    public static void main(String[] arguments) throws IOException {
        ModelEntry entry = ModelTable.get(arguments[0]);
        Path file = Path.of(arguments[1]);
        double read = Double.MAX_VALUE;
        double load = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            read = Math.min(read, read(file));
            load = Math.min(load, load(entry, file));
        }
        System.out.printf(Locale.ROOT, "%.4f %.4f%n", read, load);
    }

    /** Memory from malloc, as libtorch's: Java's own buffers would be filled with zeros first. */
    private static double read(Path file) throws IOException {
        long start = System.nanoTime();
        long size = Files.size(file);
        try (Memory memory = new Memory(size);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long position = 0;
            while (position < size) {
                long part = Math.min(PART, size - position);
                position += channel.read(memory.getByteBuffer(position, part));
            }
            return seconds(start);
        }
    }

    private static double load(ModelEntry entry, Path file) throws IOException {
        long start = System.nanoTime();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), EngineInfo.ENGINE);
                StateSource source = StateFiles.open(file)) {
            SwinClassifier block = new SwinClassifier(entry.config(), 1000);
            int height = entry.preprocessing().height();
            int width = entry.preprocessing().width();
            BlockState.load(block, manager, source, new Shape(1, 3, height, width));
            return seconds(start);
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }
}
