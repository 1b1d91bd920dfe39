// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import io.github.swindjl.kernels.EngineInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A case that is built and warm, to be timed in one or several rounds. For one thread; closing
 * frees its memory.
 */
public final class BenchRun implements AutoCloseable {

    private final int askedBatchSize;
    private final BenchCase what;
    private final int warmUp;
    private final PeakMemory memory;
    private final Workload workload;
    private final List<Double> times = new ArrayList<>();
    private Double outside;

    private BenchRun(
            int askedBatchSize, BenchCase what, int warmUp, PeakMemory memory, Workload workload) {
        this.askedBatchSize = askedBatchSize;
        this.what = what;
        this.warmUp = warmUp;
        this.memory = memory;
        this.workload = workload;
    }

    /**
     * Builds a case and does the first steps. Where the memory does not suffice, the next smaller
     * batch is tried, until one fits.
     *
     * @param what the case
     * @param warmUp steps, at least 1
     * @param listener hears of smaller batches
     * @return the run; the caller closes it
     * @throws RuntimeException what the engine threw, if not even one picture fits
     */
    public static BenchRun start(BenchCase what, int warmUp, BenchListener listener) {
        return start(what, warmUp, listener, Workload::of);
    }

    static BenchRun start(
            BenchCase what, int warmUp, BenchListener listener, Workload.Factory factory) {
        BenchCase tried = what;
        while (true) {
            try {
                return tryStart(what.batchSize(), tried, warmUp, factory);
            } catch (RuntimeException | OutOfMemoryError e) {
                int next = smaller(tried.batchSize());
                if (next == 0 || !MemoryShortage.isBehind(e)) {
                    throw e;
                }
                listener.backedOff(tried, next);
                tried = tried.withBatchSize(next);
            }
        }
    }

    private static BenchRun tryStart(
            int askedBatchSize, BenchCase what, int warmUp, Workload.Factory factory) {
        PeakMemory memory = PeakMemory.watch(what.device());
        Workload workload = factory.open(what);
        boolean warm = false;
        try {
            for (int i = 0; i < warmUp; i++) {
                workload.step();
            }
            warm = true;
            memory.warm();
            return new BenchRun(askedBatchSize, what, warmUp, memory, workload);
        } finally {
            if (!warm) {
                workload.close();
            }
        }
    }

    /**
     * Returns the next smaller batch, of the form 2ⁿ or 3·2ⁿ as timm tries them; 0 if there is
     * none.
     */
    static int smaller(int batchSize) {
        int power = Integer.highestOneBit(batchSize - 1);
        int between = power + power / 2;
        return between < batchSize ? between : power;
    }

    /**
     * Times steps.
     *
     * @param steps how many
     * @return milliseconds of each, in their order
     */
    public double[] round(int steps) {
        double[] milliseconds = new double[steps];
        for (int i = 0; i < steps; i++) {
            long begin = System.nanoTime();
            workload.step();
            milliseconds[i] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.stream(milliseconds).forEach(times::add);
        return milliseconds;
    }

    /**
     * Finds the share of time outside libtorch, in steps that are not timed.
     *
     * @param seconds how long, above 0
     * @throws InterruptedException if the thread is interrupted
     */
    public void findOutside(double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        OutsideSampler sampler = OutsideSampler.start();
        do {
            workload.step();
        } while (System.nanoTime() < end);
        outside = sampler.stop();
    }

    /**
     * Returns what was measured so far.
     *
     * @return the figures of all rounds together
     * @throws IllegalArgumentException if no step was timed
     */
    public BenchResult result() {
        return new BenchResult(
                what,
                askedBatchSize,
                workload.parameters(),
                EngineInfo.threads(),
                warmUp,
                new Timings(times.stream().mapToDouble(Double::doubleValue).toArray()),
                memory.before(),
                memory.peak(),
                outside);
    }

    @Override
    public void close() {
        workload.close();
    }
}
