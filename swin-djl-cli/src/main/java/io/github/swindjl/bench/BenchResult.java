// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What one case took. Immutable.
 *
 * @param what the case as it was measured
 * @param askedBatchSize the batch size that was asked for, larger where memory did not suffice
 * @param parameters number of trained values
 * @param threads that one operation may use on the CPU
 * @param warmUp steps before the first timed one
 * @param times of the steps
 * @param memoryBefore bytes in use before the network was built, empty if unknown
 * @param memoryPeak most bytes in use until now, empty if unknown
 * @param outside share of time outside libtorch, null if it was not looked for
 */
public record BenchResult(
        BenchCase what,
        int askedBatchSize,
        long parameters,
        int threads,
        int warmUp,
        Timings times,
        OptionalLong memoryBefore,
        OptionalLong memoryPeak,
        Double outside) {

    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    /**
     * Returns the pictures of a second, by the median of the steps' times.
     *
     * @return pictures for each second
     */
    public double imagesPerSecond() {
        return what.batchSize() * 1000 / times.median();
    }

    /**
     * Returns the result as a row: first timm's columns, which begin with {@code infer_} or {@code
     * train_}, then ours. Times are milliseconds, memory is in millions of bytes.
     *
     * @return values by column, in order; null for what is unknown or was not looked for
     */
    public Map<String, Object> row() {
        String prefix = what.mode().prefix() + "_";
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("model", what.network().name());
        row.put(prefix + "samples_per_sec", round(imagesPerSecond(), 2));
        row.put(prefix + "step_time", round(times.median(), 3));
        row.put(prefix + "batch_size", what.batchSize());
        row.put(prefix + "img_size", what.network().config().imageWidth());
        row.put(prefix + "gmacs", round(what.network().multiplyAdds() / GIGA, 2));
        row.put("param_count", round(parameters / MEGA, 2));
        row.put("library", "swin-djl");
        row.put("precision", what.precision().name().toLowerCase(Locale.ROOT));
        row.put("settings", String.join(" ", what.settings()));
        if (what.mode() == BenchMode.TRAIN) {
            row.put("memory", what.memory().name().toLowerCase(Locale.ROOT));
            row.put("deterministic", what.deterministic());
        }
        row.put("device", what.device().isGpu() ? "gpu:" + what.device().getDeviceId() : "cpu");
        row.put("threads", threads);
        row.put("asked_batch_size", askedBatchSize);
        row.put("warm_up", warmUp);
        row.put("steps", times.count());
        row.put("mean", round(times.mean(), 3));
        for (int percent : new int[] {0, 10, 90, 95, 99, 100}) {
            row.put("p" + percent, round(times.percentile(percent), 3));
        }
        row.put("memory_before", megabytes(memoryBefore));
        row.put("memory_peak", megabytes(memoryPeak));
        row.put("least_mb", round(LeastTraffic.ofStep(what, parameters) / MEGA, 1));
        row.put("outside", outside == null ? null : round(outside, 5));
        return row;
    }

    private static Double megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? round(bytes.getAsLong() / MEGA, 1) : null;
    }

    private static double round(double value, int decimals) {
        double unit = Math.pow(10, decimals);
        return Math.round(value * unit) / unit;
    }
}
