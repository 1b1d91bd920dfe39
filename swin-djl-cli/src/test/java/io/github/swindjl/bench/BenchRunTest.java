// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BenchRunTest {

    private final List<String> events = new ArrayList<>();

    private static BenchCase batchOf(int size) {
        return new BenchCase(
                BenchCase.network("mini", List.of(), null, 0),
                List.of(),
                BenchMode.INFER,
                size,
                MemoryMode.PLAIN,
                false,
                Precision.FP32,
                Device.cpu(),
                0);
    }

    /** Fails where an allocator would, for batches above what fits. */
    private Workload.Factory fits(int most, RuntimeException failure) {
        return what -> {
            events.add("open " + what.batchSize());
            return new Workload() {
                @Override
                public void step() {
                    if (what.batchSize() > most) {
                        throw failure;
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                    events.add("step");
                }

                @Override
                public long parameters() {
                    return 1_500_000;
                }

                @Override
                public void close() {
                    events.add("close " + what.batchSize());
                }
            };
        };
    }

    private static RuntimeException shortage() {
        return new IllegalStateException(
                "Kernel mlp.py failed",
                new EngineException(
                        "DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 byte"));
    }

    private BenchRun start(int batchSize, Workload.Factory factory) {
        return BenchRun.start(
                batchOf(batchSize),
                2,
                (what, next) -> events.add("back off " + what.batchSize() + " to " + next),
                factory);
    }

    @Test
    void aBatchThatDoesNotFitIsReplacedByTheNextSmallerOne() {
        try (BenchRun run = start(16, fits(8, shortage()))) {
            run.round(1);
            BenchResult result = run.result();
            assertEquals(8, result.what().batchSize());
            assertEquals(16, result.askedBatchSize());
            assertEquals(8, result.row().get("infer_batch_size"));
            assertEquals(16, result.row().get("asked_batch_size"));
        }
        assertEquals(
                List.of(
                        "open 16",
                        "close 16",
                        "back off 16 to 12",
                        "open 12",
                        "close 12",
                        "back off 12 to 8",
                        "open 8",
                        "step",
                        "step",
                        "step",
                        "close 8"),
                events);
    }

    @Test
    void whereNotEvenOnePictureFitsTheFailureIsHandedOn() {
        RuntimeException failure = shortage();
        assertSame(
                failure,
                assertThrows(
                        IllegalStateException.class, () -> start(2, fits(0, failure)).close()));
        assertEquals(List.of("open 2", "close 2", "back off 2 to 1", "open 1", "close 1"), events);
    }

    @Test
    void anotherFailureIsHandedOnAtOnce() {
        RuntimeException failure =
                new IllegalStateException("Kernel failed", new EngineException("shapes differ"));
        assertThrows(IllegalStateException.class, () -> start(16, fits(0, failure)).close());
        assertEquals(List.of("open 16", "close 16"), events);
    }

    @Test
    void sizesAreTriedAsTimmTriesThem() {
        List<Integer> sizes = new ArrayList<>();
        for (int size = 256; size > 0; size = BenchRun.smaller(size)) {
            sizes.add(size);
        }
        assertEquals(List.of(256, 192, 128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1), sizes);
        assertEquals(96, BenchRun.smaller(100));
    }

    @Test
    void roundsAddUp() {
        try (BenchRun run = start(4, fits(4, shortage()))) {
            double[] first = run.round(3);
            double[] second = run.round(2);
            BenchResult result = run.result();
            assertEquals(5, result.times().count());
            assertEquals(
                    IntStream.range(0, 3).mapToDouble(i -> first[i]).sum() + second[0] + second[1],
                    result.times().mean() * 5,
                    1e-9);
            assertTrue(result.times().percentile(0) >= 2, "a step takes 2 ms");
            assertEquals(4000 / result.times().median(), result.imagesPerSecond(), 1e-9);
            assertEquals(1.5, result.row().get("param_count"));
            assertNull(result.row().get("outside"));
        }
    }

    @Test
    void timeOutsideTheEngineIsFound() throws InterruptedException {
        try (BenchRun run = start(1, fits(1, shortage()))) {
            run.round(1);
            run.findOutside(0.1);
            assertEquals(1.0, run.result().outside(), "nothing but Java ran");
        }
        try (BenchRun run =
                BenchRun.start(
                        new BenchCase(
                                BenchCase.network("mini", List.of(), 192, 0),
                                List.of(),
                                BenchMode.INFER,
                                4,
                                MemoryMode.PLAIN,
                                false,
                                Precision.FP32,
                                Device.cpu(),
                                0),
                        3,
                        (what, next) -> {})) {
            run.round(1);
            run.findOutside(0.5);
            assertTrue(
                    run.result().outside() < 0.5,
                    "mostly libtorch ran, outside is " + run.result().outside());
        }
    }

    /** Java returns what earlier tests took of its heap some time after a collection. */
    private static PeakMemory watchSettled() throws InterruptedException {
        PeakMemory memory = PeakMemory.watch(Device.cpu());
        for (int i = 0; i < 20; i++) {
            Thread.sleep(200);
            PeakMemory next = PeakMemory.watch(Device.cpu());
            long change = next.before().orElse(0) - memory.before().orElse(0);
            memory = next;
            if (Math.abs(change) < 1 << 20) {
                break;
            }
        }
        return memory;
    }

    /**
     * Direct memory is new to the process; a batch may find room that earlier tests left behind.
     */
    @Test
    void aPeakIsAboveWhatWasThereBefore() throws InterruptedException {
        PeakMemory memory = watchSettled();
        ByteBuffer taken = ByteBuffer.allocateDirect(400 << 20);
        assertEquals(0, taken.get(taken.capacity() - 1));
        if (memory.peak().isPresent()) {
            long risen = memory.peak().getAsLong() - memory.before().getAsLong();
            assertTrue(risen > 200 << 20 && risen < 1L << 30, "risen by " + risen);
        }
    }
}
