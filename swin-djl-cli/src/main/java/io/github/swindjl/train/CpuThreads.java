// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.nn.Block;
import io.github.swindjl.blocks.SwinClassifier;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.simmim.SimMim;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.MultiplyAdds;

/**
 * How many processors one operation uses on a CPU while a network is trained. The number holds for
 * the whole process; closing restores the former one. Guards close in the opposite order of their
 * opening.
 */
public final class CpuThreads implements AutoCloseable {

    /** Multiply-adds for a picture below which waiting for each other costs threads more. */
    private static final long LEAST_SHARED = 100_000_000;

    private final int former;

    private CpuThreads(int former) {
        this.former = former;
    }

    /**
     * Sets the number that a configuration asks for.
     *
     * @param config the run; with 0 threads, networks whose operations are too short to be shared
     *     get one, and others as many as there were
     * @param network the network to train
     * @return the guard that restores the former number
     */
    public static CpuThreads of(TrainConfig config, Block network) {
        CpuThreads guard = new CpuThreads(EngineInfo.threads());
        if (config.threads() > 0) {
            EngineInfo.setThreads(config.threads());
        } else if (multiplyAdds(network) < LEAST_SHARED) {
            EngineInfo.setThreads(1);
        }
        return guard;
    }

    private static long multiplyAdds(Block network) {
        if (network instanceof SwinClassifier classifier) {
            return MultiplyAdds.of(classifier.backbone().config(), 0);
        }
        return network instanceof SimMim simmim
                ? MultiplyAdds.of(simmim.config(), 0)
                : Long.MAX_VALUE;
    }

    @Override
    public void close() {
        EngineInfo.setThreads(former);
    }
}
