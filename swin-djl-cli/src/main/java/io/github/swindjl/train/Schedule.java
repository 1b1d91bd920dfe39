// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.train.config.ScheduleConfig;
import io.github.swindjl.train.config.TrainConfig;
import java.util.List;

/**
 * The learning rate of each update: linear warm-up, then a curve, as in the official Swin training.
 * Immutable, thread-safe.
 *
 * @param peak rate at the end of warm-up
 * @param warmupStart rate at the beginning of warm-up
 * @param warmup updates of warm-up
 * @param prefix whether the curve begins after warm-up, rather than with it
 * @param curve what follows warm-up
 */
public record Schedule(double peak, double warmupStart, long warmup, boolean prefix, Curve curve) {

    /** How the rate falls. */
    public sealed interface Curve {

        /**
         * Returns the rate at a point.
         *
         * @param peak rate at the beginning
         * @param t updates from the beginning
         * @return the rate
         */
        double at(double peak, long t);
    }

    /**
     * Half a period of a cosine.
     *
     * @param minimum rate at the end and after it
     * @param length updates
     */
    public record Cosine(double minimum, long length) implements Curve {
        @Override
        public double at(double peak, long t) {
            return t >= length
                    ? minimum
                    : minimum + 0.5 * (peak - minimum) * (1 + Math.cos(Math.PI * t / length));
        }
    }

    /**
     * A line.
     *
     * @param share rate at the end, by the peak
     * @param length updates
     */
    public record Linear(double share, long length) implements Curve {
        @Override
        public double at(double peak, long t) {
            return peak - (peak - peak * share) * t / length;
        }
    }

    /**
     * A line to 0 that a linear warm-up multiplies.
     *
     * @param length updates
     * @param warmup updates of warm-up
     * @param ratio factor of the first update
     */
    public record Poly(long length, long warmup, double ratio) implements Curve {
        @Override
        public double at(double peak, long t) {
            double rate = peak * (1 - Math.min(1, (double) t / length));
            return t < warmup ? rate * (1 - (1 - (double) t / warmup) * (1 - ratio)) : rate;
        }
    }

    /**
     * A decay at equal intervals.
     *
     * @param every updates between decays
     * @param factor of each decay
     */
    public record Step(long every, double factor) implements Curve {
        @Override
        public double at(double peak, long t) {
            return peak * Math.pow(factor, t / every);
        }
    }

    /**
     * A decay at each milestone.
     *
     * @param milestones updates, rising
     * @param factor of each decay
     */
    public record MultiStep(List<Long> milestones, double factor) implements Curve {

        /**
         * Copies the milestones.
         *
         * @param milestones updates, rising
         * @param factor of each decay
         */
        public MultiStep {
            milestones = List.copyOf(milestones);
        }

        @Override
        public double at(double peak, long t) {
            long passed = milestones.stream().filter(milestone -> milestone <= t).count();
            return peak * Math.pow(factor, passed);
        }
    }

    /**
     * Checks the length.
     *
     * @param peak rate at the end of warm-up
     * @param warmupStart rate at the beginning of warm-up
     * @param warmup updates of warm-up
     * @param prefix whether the curve begins after warm-up
     * @param curve what follows warm-up
     * @throws IllegalArgumentException if the length is negative
     */
    public Schedule {
        if (warmup < 0) {
            throw new IllegalArgumentException("A warm-up of " + warmup + " updates");
        }
    }

    /**
     * Returns the schedule of a run; all rates are scaled by {@link RateScaling}.
     *
     * @param config the run
     * @param updatesPerEpoch updates in one epoch
     * @return its schedule
     */
    public static Schedule of(TrainConfig config, long updatesPerEpoch) {
        ScheduleConfig settings = config.schedule();
        double scale = RateScaling.of(config).factor();
        double peak = config.optimizer().lr() * scale;
        long warmup = (long) (settings.warmupEpochs() * updatesPerEpoch);
        long total = config.training().epochs() * updatesPerEpoch;
        long length = settings.warmupPrefix() ? total - warmup : total;
        Curve curve =
                switch (settings.kind()) {
                    case COSINE -> new Cosine(settings.minLr() * scale, length);
                    case LINEAR -> new Linear(settings.minLr() / config.optimizer().lr(), length);
                    case STEP ->
                            new Step(
                                    Math.max(1, (long) (settings.decayEpochs() * updatesPerEpoch)),
                                    settings.decayRate());
                    case MULTISTEP ->
                            new MultiStep(
                                    settings.milestones().stream()
                                            .map(epoch -> (long) (epoch * updatesPerEpoch))
                                            .toList(),
                                    settings.decayRate());
                    case POLY ->
                            new Poly(total, warmup, settings.warmupLr() / config.optimizer().lr());
                };
        if (curve instanceof Poly) {
            return new Schedule(peak, peak, 0, false, curve);
        }
        return new Schedule(
                peak, settings.warmupLr() * scale, warmup, settings.warmupPrefix(), curve);
    }

    /**
     * Returns the same schedule with another peak.
     *
     * @param scale what the peak is multiplied by
     * @return the schedule, whose warm-up begins at the same rate
     */
    public Schedule scaledPeak(double scale) {
        return new Schedule(peak * scale, warmupStart, warmup, prefix, curve);
    }

    /**
     * Returns the rate at a point of the schedule.
     *
     * @param t the point, in updates from the start
     * @return the rate
     */
    public double at(long t) {
        if (t < warmup) {
            return warmupStart + t * (peak - warmupStart) / warmup;
        }
        return curve.at(peak, prefix ? t - warmup : t);
    }

    /**
     * Returns the rate that an update of the official loop uses. Where the curve is a {@link Poly}
     * that is its own. Else that loop moves along the curve after each update, by the number of the
     * batch just seen, so that the first two updates share the first rate.
     *
     * @param update the update's index in the run, from 0
     * @param batchesPerEpoch forward passes in an epoch
     * @param accumulate forward passes per update; what an epoch has left over makes no update
     * @return the rate
     */
    public double forUpdate(long update, long batchesPerEpoch, int accumulate) {
        if (update == 0 || curve instanceof Poly) {
            return at(update);
        }
        long updatesPerEpoch = batchesPerEpoch / accumulate;
        long epoch = (update - 1) / updatesPerEpoch;
        long lastBatch = ((update - 1) % updatesPerEpoch + 1) * accumulate - 1;
        return at((epoch * batchesPerEpoch + lastBatch) / accumulate);
    }
}
