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
import io.github.swindjl.zoo.Swin;
import io.github.swindjl.zoo.SwinModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Measures one way from a file to memory that the program owns. A program of its own, because a
 * second round finds the memory and the classes of the first.
 *
 * <p>Prints the seconds of every round and, last, the highest use of Java's heap in MB.
 */
final class LoadingSpeed {

    private static final int CLASSES = 1000;

    private LoadingSpeed() {}

    @FunctionalInterface
    private interface Way {
        /** Returns the seconds it took. */
        double take(Path file) throws IOException;
    }

    /**
     * Arguments: the way (read: the file into memory; bytes: into an array of Java; load: into a
     * network that was built before; model: with all that a model needs), the model's name, the
     * file, the number of rounds.
     */
    public static void main(String[] arguments) throws IOException {
        Way way = way(arguments[0], ModelTable.get(arguments[1]));
        Path file = Path.of(arguments[2]);
        StringBuilder line = new StringBuilder();
        for (int round = Integer.parseInt(arguments[3]); round > 0; round--) {
            line.append(String.format(Locale.ROOT, "%.4f ", way.take(file)));
        }
        System.out.println(line.append(heap()));
    }

    private static Way way(String name, ModelEntry model) {
        switch (name) {
            case "read":
                // What is only needed once is not counted.
                new Memory(1).getByteBuffer(0, 1);
                return LoadingSpeed::read;
            case "bytes":
                return LoadingSpeed::bytes;
            case "load":
                startEngine();
                return file -> load(model, file);
            case "model":
                startEngine();
                return file -> model(model, file);
            default:
                throw new IllegalArgumentException(name);
        }
    }

    /** As a Python that has imported torch. */
    private static void startEngine() {
        try (NDManager manager = newManager()) {
            manager.zeros(new Shape(1));
        }
    }

    private static NDManager newManager() {
        return NDManager.newBaseManager(Device.cpu(), EngineInfo.ENGINE);
    }

    /** Memory from malloc, as libtorch's: Java's own buffers would be filled with zeros first. */
    private static double read(Path file) throws IOException {
        long start = System.nanoTime();
        long size = Files.size(file);
        try (Memory memory = new Memory(size);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer all = memory.getByteBuffer(0, size);
            while (all.hasRemaining()) {
                channel.read(all);
            }
            return seconds(start);
        }
    }

    private static double bytes(Path file) throws IOException {
        long start = System.nanoTime();
        byte[] all = Files.readAllBytes(file);
        return all.length == 0 ? 0 : seconds(start);
    }

    private static double load(ModelEntry entry, Path file) throws IOException {
        SwinClassifier network = new SwinClassifier(entry.config(), CLASSES);
        Shape input =
                new Shape(1, 3, entry.preprocessing().height(), entry.preprocessing().width());
        try (NDManager manager = newManager()) {
            long start = System.nanoTime();
            try (StateSource source = StateFiles.open(file)) {
                WeightsLoader.load(source, entry.config(), CLASSES, LoadOptions.DEFAULT)
                        .fill(network, manager, input);
            }
            return seconds(start);
        }
    }

    private static double model(ModelEntry entry, Path file) throws IOException {
        long start = System.nanoTime();
        SwinModel model = Swin.model(entry.name()).weights(file).device(Device.cpu()).load();
        double taken = seconds(start);
        model.close();
        return taken;
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }

    private static long heap() {
        long sum = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                sum += pool.getPeakUsage().getUsed();
            }
        }
        return sum >> 20;
    }
}
