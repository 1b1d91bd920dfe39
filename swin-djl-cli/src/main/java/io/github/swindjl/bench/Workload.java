// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import java.io.Closeable;

/** A network with its input, ready to do steps. For one thread; closing frees its memory. */
interface Workload extends Closeable {

    /** Does one step and waits for its end. */
    void step();

    /** Returns the number of trained values. */
    long parameters();

    @Override
    void close();

    /** Builds workloads. */
    interface Factory {

        /** Builds a network with random parameters and its input. */
        Workload open(BenchCase what);
    }

    /** Builds the workload that a case describes. */
    static Workload of(BenchCase what) {
        return switch (what.mode()) {
            case INFER -> new InferenceWorkload(what);
            case TRAIN -> new TrainingWorkload(what);
        };
    }
}
