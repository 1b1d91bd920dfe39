// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/** How parameters start, as in the official networks. */
public final class Initializers {

    /**
     * Standard deviation of all linear weights and bias tables. The official code cuts the normal
     * distribution at 100 of them, which cuts nothing.
     */
    private static final float DEVIATION = 0.02f;

    /** Values that are drawn at a time. */
    private static final int PIECE = 1 << 20;

    static final Initializer ZEROS = Initializer.ZEROS;
    static final Initializer ONES = Initializer.ONES;

    /** Normal with the deviation of all linear weights, bias tables and learnt tokens, 0.02. */
    public static final Initializer NORMAL = normal(DEVIATION);

    /** The logarithm of the first factor on cosines, 10. */
    static final Initializer LOG_TEN = new ConstantInitializer((float) Math.log(10));

    private Initializers() {}

    /**
     * Draws from the normal distribution around 0.
     *
     * @param deviation the standard deviation
     * @return the initializer
     */
    public static Initializer normal(double deviation) {
        return new Drawn(random -> (float) (random.nextGaussian() * deviation), null);
    }

    /**
     * Draws uniformly within ±1/√fan-in, PyTorch's default for weights and biases of convolutions.
     *
     * @param fanIn values that each output is made of
     * @return the initializer
     */
    public static Initializer uniform(long fanIn) {
        double bound = 1 / Math.sqrt(fanIn);
        return new Drawn(random -> (float) ((2 * random.nextDouble() - 1) * bound), null);
    }

    /**
     * Makes what a block draws at its initialisation a function of a seed and the parameters'
     * names. Without it, DJL's engine-wide random numbers decide.
     *
     * @param block a block that is not initialised yet
     * @param seed the same seed gives the same parameters
     */
    public static void seed(Block block, long seed) {
        StateDict.of(block)
                .forEach(
                        (name, parameter) -> {
                            if (parameter.getInitializer() instanceof Drawn drawn) {
                                parameter.setInitializer(drawn.seeded(seed * 31 + hash(name)));
                            }
                        });
    }

    /**
     * Makes a block start with zeros, which is quickest if a checkpoint is read into it next.
     *
     * @param block a block that is not initialised yet
     */
    public static void zero(Block block) {
        for (Parameter parameter : StateDict.of(block).values()) {
            parameter.setInitializer(ZEROS);
        }
    }

    /** FNV-1a of 64 bits, since {@code String.hashCode} collides too easily. */
    private static long hash(String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    private interface Draw {
        float next(SplittableRandom random);
    }

    /** Draws in Java: reproducible on every platform and independent of the engine's state. */
    private static final class Drawn implements Initializer {

        private final Draw draw;
        private final Long seed;

        Drawn(Draw draw, Long seed) {
            this.draw = draw;
            this.seed = seed;
        }

        Drawn seeded(long seed) {
            return new Drawn(draw, seed);
        }

        @Override
        public NDArray initialize(NDManager manager, Shape shape, DataType dataType) {
            long start = seed == null ? engineSeed(manager) : seed;
            // The engine's own memory, so that in-place updates and views are safe.
            NDArray array = manager.create(shape, DataType.FLOAT32);
            fill(array, new SplittableRandom(start));
            if (dataType == DataType.FLOAT32) {
                return array;
            }
            try (array) {
                return array.toType(dataType, true);
            }
        }

        /** A piece at a time, so that nothing as large as the array is needed besides it. */
        private void fill(NDArray array, SplittableRandom random) {
            long size = array.size();
            int most = (int) Math.min(size, PIECE);
            try (NDManager temporary = array.getManager().newSubManager();
                    NDManager cpu = temporary.newSubManager(Device.cpu())) {
                NDArray flat = array.reshape(size);
                flat.attach(temporary);
                NDArray piece = cpu.create(new Shape(most), DataType.FLOAT32);
                FloatBuffer values = piece.toByteBuffer(true).asFloatBuffer();
                for (long begin = 0; begin < size; begin += most) {
                    int count = (int) Math.min(most, size - begin);
                    for (int i = 0; i < count; i++) {
                        values.put(i, draw.next(random));
                    }
                    try (NDArray drawn = piece.get(new NDIndex("0:{}", count));
                            NDArray placed = drawn.toDevice(array.getDevice(), false)) {
                        flat.set(new NDIndex("{}:{}", begin, begin + count), placed);
                    }
                }
            }
        }

        private static long engineSeed(NDManager manager) {
            try (NDArray drawn =
                    manager.randomInteger(0, Integer.MAX_VALUE, new Shape(1), DataType.INT64)) {
                return drawn.toLongArray()[0];
            }
        }
    }
}
